'use strict';

// A WebSocket echo (RFC 6455) without a library: short text frames only, which is all that a sample needs.

const crypto = require('node:crypto');
const http = require('node:http');

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x1;
const CLOSE = 0x8;

const server = http.createServer((request, response) => response.end('Speak WebSocket to me\n'));

server.on('upgrade', (request, socket, head) => {
    const key = request.headers['sec-websocket-key'];
    const accept = crypto.createHash('sha1').update(key + GUID).digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\n'
        + 'Upgrade: websocket\r\nConnection: Upgrade\r\n'
        + `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    let pending = head;
    socket.on('data', (data) => {
        pending = answerFrames(Buffer.concat([pending, data]), socket);
    });
    socket.on('error', () => socket.destroy());
});

// Echoes every whole frame; returns what is left of the last one.
function answerFrames(bytes, socket) {
    let rest = bytes;
    while (rest.length >= 6) {
        const opcode = rest[0] & 0x0f;
        const length = rest[1] & 0x7f;
        if (length > 125) {
            socket.destroy();
            return Buffer.alloc(0);
        }
        if (rest.length < 6 + length) {
            break;
        }
        const mask = rest.subarray(2, 6);
        const payload = Buffer.from(rest.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]));
        rest = rest.subarray(6 + length);
        socket.write(Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]));
        if (opcode === CLOSE) {
            socket.end();
        } else if (opcode === TEXT) {
            console.log(`echoed ${length} bytes`);
        }
    }
    return rest;
}

server.listen(process.env.PORT, '127.0.0.1');
