"""Runs the server: listens, tells when it is ready, stops."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvicorn

from model_sim.server.app import build_app
from model_sim.server.settings import Settings
from model_sim.server.wire import HttpProtocol, Patience

_GRACE_S = 1  # how long open requests may take when the server stops


class StartError(Exception):
    """The server cannot start; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running server is reached."""

    base_url: str
    control: str


class StandInServer(uvicorn.Server):
    """A uvicorn server that tells when it is ready and leaves signals to whoever runs it."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], patience: Patience
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._patience = patience

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let waiting requests go on, then stop."""
        self._patience.end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again and turn a stop into a death."""
        yield

    def stop(self) -> None:
        """Stop soon and cleanly; safe to call from another thread."""
        self.should_exit = True


@dataclass(frozen=True, slots=True)
class StandIn:
    """A server that is bound to its port and ready to run."""

    server: StandInServer
    listener: socket.socket
    addresses: Addresses

    def run(self, *, handle_signals: bool) -> None:
        """Serve until stopped; with `handle_signals` SIGTERM and SIGINT stop it."""
        with asyncio.Runner(loop_factory=self.server.config.get_loop_factory()) as runner:
            if handle_signals:
                for number in (signal.SIGTERM, signal.SIGINT):
                    runner.get_loop().add_signal_handler(number, self.server.stop)
            runner.run(self.server.serve(sockets=[self.listener]))


def build_stand_in(settings: Settings, on_ready: Callable[[Addresses], None]) -> StandIn:
    """Bind the port: everything that can fail at start.

    Raises: StartError for a port that cannot be had.
    """
    listener = _listen(settings.host, settings.port)
    addresses = _addresses(settings.host, listener)
    patience = Patience()
    config = uvicorn.Config(
        build_app(settings, lambda: int(time.time()), patience),
        http=HttpProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = StandInServer(config, lambda: on_ready(addresses), patience)
    return StandIn(server, listener, addresses)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; uvicorn is handed the socket so that port 0 can be told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        message = (
            f"cannot listen on {host}:{port}: {error.strerror}; choose another port with --port "
            "(0 takes any free one) or another address with --host"
        )
        raise StartError(message) from error
    listener.setblocking(False)
    return listener


def _addresses(host: str, listener: socket.socket) -> Addresses:
    port = listener.getsockname()[1]
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Addresses(base_url=f"http://{place}/v1", control=f"http://{place}/control")
