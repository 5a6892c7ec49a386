"""The web server: listens on one address, and leaves it in order when it is told to."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from trading.errors import MisconfiguredError

_GRACE_S = 30
"""How long requests may take when the server stops: an order on its way is to be seen through."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; 0 takes any free port.

    Raises:
        MisconfiguredError: there is no such address here, or somebody else listens on the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        message = (
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another port with "
            "--port (0 takes any free one) or another address with --host"
        )
        raise MisconfiguredError(message) from error
    listener.setblocking(False)
    return listener


def serve(app: ASGIApp, listener: socket.socket, tell: Callable[[str], None]) -> None:
    """Answer until Ctrl-C or SIGTERM, which uvicorn raises again at its end.

    `tell` hears the address.

    Raises:
        KeyboardInterrupt: one of them came.
    """
    config = uvicorn.Config(
        app,
        # Lines go where the desk's go, secrets masked.
        log_config=None,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    tell(_address(listener))
    uvicorn.Server(config).run(sockets=[listener])


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
