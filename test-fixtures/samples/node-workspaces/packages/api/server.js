'use strict';

const http = require('node:http');
const greeting = require('@sample/greeting');

const { PORT, TINYSERV_RELEASE = 'here', GREETING = 'world' } = process.env;

http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(`${greeting(TINYSERV_RELEASE, GREETING)}\n`);
}).listen(PORT, '127.0.0.1');
