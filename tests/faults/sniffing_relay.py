"""A way to the exchange that passes every byte on, and remembers what was signed on the way."""

import re
import socket
from threading import Thread
from typing import Self
from urllib.parse import urlsplit

_SIGNATURE = re.compile(rb"X-BAPI-SIGN: *([0-9a-f]{64})\r\n", re.IGNORECASE)
_CHUNK = 65_536


class SniffingRelay:
    """A relay of TCP connections to `upstream`; `signatures` are those of all requests so far."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname, parts.port)
        self.signatures: set[str] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # the relay was closed
            try:
                server = socket.create_connection(self._upstream)
            except OSError:
                client.close()
                continue
            for source, sink, listens in ((client, server, True), (server, client, False)):
                Thread(target=self._pass, args=(source, sink, listens), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, listens: bool) -> None:
        heard = b""
        try:
            while chunk := source.recv(_CHUNK):
                if listens:
                    heard = heard[-_CHUNK:] + chunk
                    self.signatures.update(one.decode() for one in _SIGNATURE.findall(heard))
                sink.sendall(chunk)
        except OSError:
            pass  # one side is gone; so is the other, below
        finally:
            source.close()
            sink.close()
