"""Runs the server: builds the exchange from Settings, listens, tells when it is ready, stops."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import uvicorn

from exchange_sim.server.app import SimulatorApp
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.keys import ApiKey, Keyring
from exchange_sim.server.limits import Limiter
from exchange_sim.server.opening import open_exchange, open_journal, open_market
from exchange_sim.server.settings import ACCOUNT, Settings
from exchange_sim.server.streams.wire import WireProtocol
from exchange_sim.server.wire import HttpProtocol

_GRACE_S = 2  # how long open requests may take when the server stops


class StartError(Exception):
    """The server cannot start; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running server is reached."""

    rest: str
    websocket: str
    control: str


class SimulatorServer(uvicorn.Server):
    """A uvicorn server that tells when it is ready and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again and turn a stop into a death."""
        yield

    def stop(self) -> None:
        """Stop soon and cleanly; safe to call from another thread."""
        self.should_exit = True


@dataclass(frozen=True, slots=True)
class Simulator:
    """A server that is bound to its port and ready to run."""

    server: SimulatorServer
    listener: socket.socket
    addresses: Addresses

    def run(self, *, handle_signals: bool) -> None:
        """Serve until stopped; with `handle_signals` SIGTERM and SIGINT stop it."""
        with asyncio.Runner(loop_factory=self.server.config.get_loop_factory()) as runner:
            if handle_signals:
                for number in (signal.SIGTERM, signal.SIGINT):
                    runner.get_loop().add_signal_handler(number, self.server.stop)
            runner.run(self.server.serve(sockets=[self.listener]))


def build_simulator(settings: Settings, on_ready: Callable[[Addresses], None]) -> Simulator:
    """Bind the port, load the market, replay the journal: everything that can fail at start.

    Raises: StartError for the port, MarketDataError for the data, JournalError for the journal.
    """
    listener = _listen(settings.host, settings.port)
    with ExitStack() as undo:
        undo.callback(listener.close)
        app = build_app(settings)
        undo.pop_all()
    addresses = _addresses(settings.host, listener)
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
        ws=WireProtocol,
        ws_ping_interval=None,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = SimulatorServer(config, lambda: on_ready(addresses))
    return Simulator(server, listener, addresses)


def build_app(settings: Settings) -> SimulatorApp:
    """The exchange of `settings` as an ASGI application, its journal repeated."""

    def transport_ms() -> int:
        return time.time_ns() // 1_000_000 + settings.clock_skew_ms

    market = open_market(settings, transport_ms())
    journal = open_journal(settings, market)
    exchange = open_exchange(settings, market, journal)
    clocks = Clocks(
        exchange,
        transport_ms,
        journal=journal,
        pace=settings.pace,
        end_ms=market.end_ms,
        follows_wall=settings.data is None and settings.start_ms is None,
    )
    key = ApiKey(settings.api_key, settings.api_secret, ACCOUNT, settings.permission)
    return SimulatorApp(
        exchange,
        market,
        clocks=clocks,
        keyring=Keyring([key]),
        limiter=Limiter(enforced=settings.rate_limits),
        control_token=settings.control_token,
    )


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
    return Addresses(
        rest=f"http://{place}", websocket=f"ws://{place}", control=f"http://{place}/control"
    )
