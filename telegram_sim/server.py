"""Serve the stand-in on a loopback port until SIGTERM or Ctrl-C."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from telegram_sim import bot_api, control
from telegram_sim.state import State

_HOST = "127.0.0.1"
_GRACE_S = 1


def build_app(token: str) -> Starlette:
    """The Bot API under `/bot<token>/` and the other side under `/control/`."""
    routes = [
        Route("/bot{token}/{method}", bot_api.call, methods=["GET", "POST"]),
        Route("/control/write", control.write, methods=["POST"]),
        Route("/control/press", control.press, methods=["POST"]),
        Route("/control/trouble", control.trouble, methods=["POST"]),
        Route("/control/calls", control.calls),
    ]
    app = Starlette(routes=routes)
    app.state.sim = State(token)
    return app


class _Server(uvicorn.Server):
    """Tells when it is ready and leaves signals to `serve`."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn would raise the signals again and turn a stop into a death."""
        yield

    def stop(self) -> None:
        """Stop soon; a long poll of the bot is not waited for."""
        self.should_exit = self.force_exit = True


def serve(token: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal comes; `on_ready` gets the base address.

    Raises:
        OSError: the port is taken.
    """
    with socket.create_server((_HOST, port)) as listener:
        address = f"http://{_HOST}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            build_app(token),
            log_config=None,
            lifespan="off",
            access_log=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
        server = _Server(config, lambda: on_ready(address))
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            for number in (signal.SIGTERM, signal.SIGINT):
                runner.get_loop().add_signal_handler(number, server.stop)
            runner.run(server.serve(sockets=[listener]))
