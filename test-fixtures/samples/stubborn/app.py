"""An app that does not want to end: it ignores SIGTERM and hides a child in a session of its own.

GET / answers with the pids of both, a line each.
"""

import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def hide_a_child():
    """Forks twice with setsid between, as daemons do; returns the grandchild's pid."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writer, str(os.getpid()).encode("ascii"))
            os.close(writer)
            while True:
                signal.pause()
        os._exit(0)
    os.wait()
    os.close(writer)
    return int(os.read(reader, 20))


class Pids(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{os.getpid()}\n{hidden}\n".encode("ascii")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, signal.SIG_IGN)
hidden = hide_a_child()
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Pids).serve_forever()
