'use strict';

// An app that does what its URL says, for trying out what the platform makes of it.

const http = require('node:http');

const { PORT, TINYSERV_RELEASE = 'here' } = process.env;

let next = () => {};

const answers = {
    '/': (request, response) => response.end(`${TINYSERV_RELEASE}\n`),
    '/pid': (request, response) => response.end(`${process.pid}\n`),
    '/env': (request, response) => response.end(JSON.stringify(process.env)),
    '/headers': (request, response) => response.end(JSON.stringify(request.headers)),
    '/echo': (request, response) => request.pipe(response),
    // An answer that takes its time: /slow?300 (milliseconds)
    '/slow': (request, response, query) => setTimeout(() => response.end(`${TINYSERV_RELEASE}\n`), Number(query)),
    // Three chunks; each after the first when somebody asks for /next
    '/stream': (request, response) => {
        let sent = 0;
        next = () => {
            sent += 1;
            response.write(`chunk ${sent}\n`);
            if (sent === 3) {
                next = () => {};
                response.end();
            }
        };
        next();
    },
    '/next': (request, response) => {
        next();
        response.end('next\n');
    },
    // Takes the request and hangs up
    '/break': (request) => request.socket.destroy(),
    // Takes the request and never answers
    '/hang': () => {},
    // Prints a line: /print?hello
    '/print': (request, response, query) => {
        console.log(decodeURIComponent(query));
        response.end('printed\n');
    },
    // Ends the process: /exit?3 (status)
    '/exit': (request, response, query) => {
        response.end('bye\n');
        setTimeout(() => process.exit(Number(query)), 20);
    },
};

http.createServer((request, response) => {
    const [path, query = ''] = request.url.split('?');
    const answer = answers[path];
    if (answer) {
        answer(request, response, query);
    } else {
        response.statusCode = 404;
        response.end('no such page\n');
    }
}).listen(PORT, '127.0.0.1', () => console.log(`listening on ${PORT}`));
