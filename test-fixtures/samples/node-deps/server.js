'use strict';

const fs = require('node:fs');
const http = require('node:http');
const greeting = require('tiny-greeting');

const { PORT, TINYSERV_RELEASE = 'here', GREETING = 'world' } = process.env;

// The build script made this with a tool that is no longer there: development dependencies are pruned after it.
const page = fs.readFileSync('dist/page.txt', 'utf8');

http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(request.url === '/page' ? page : `${greeting(TINYSERV_RELEASE, GREETING)}\n`);
}).listen(PORT, '127.0.0.1');
