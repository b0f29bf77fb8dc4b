"""What may stand between a client and the server."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Change = Callable[[int, bytes], tuple[int, bytes] | None]


class Proxy:
    """Hands requests on, and answers as changed; where the change is none, the connection breaks off."""

    def __init__(self, url: str, change: Change) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = urllib.request.Request(url + self.path, body, dict(self.headers))
                try:
                    with urllib.request.urlopen(request) as answer:
                        changed = change(answer.status, answer.read())
                except urllib.error.HTTPError as answer:
                    with answer:
                        changed = change(answer.code, answer.read())
                if changed is None:
                    self.close_connection = True
                    return
                self.send_response(changed[0])
                self.send_header("Content-Length", str(len(changed[1])))
                self.end_headers()
                self.wfile.write(changed[1])

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
