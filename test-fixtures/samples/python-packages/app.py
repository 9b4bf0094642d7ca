"""A WSGI application that greets; tiny-serve, which is in vendor, serves it."""

import os
import platform


def application(environ, start_response):
    release = os.environ.get("TINYSERV_RELEASE", "here")
    greeting = os.environ.get("GREETING", "world")
    body = f"Hello from {release} {greeting} with Python {platform.python_version()}\n".encode("utf-8")
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
