'use strict';

const http = require('node:http');

// PORT is where the platform sends requests; GREETING is a config var: tinyserv config:set GREETING=Ada
const { PORT, TINYSERV_RELEASE = 'here', GREETING = 'world' } = process.env;

http.createServer((request, response) => {
    console.log(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(`Hello from ${TINYSERV_RELEASE} ${GREETING}\n`);
}).listen(PORT, '127.0.0.1', () => console.log(`listening on ${PORT}`));
