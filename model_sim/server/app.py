"""Puts the server together: the model's API and the control API in one application."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Route

from model_sim.server.control import Control
from model_sim.server.gateway import Gateway
from model_sim.server.settings import Settings
from model_sim.server.wire import Patience

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def build_app(
    settings: Settings, now: Callable[[], int], patience: Patience | None = None
) -> Starlette:
    """The ASGI application. `now` gives seconds UTC for the creation times of answers.

    `patience` is ended by whoever stops the server, so that nobody is kept waiting then.
    """
    gateway = Gateway(settings, now, patience or Patience())
    control = Control(gateway, settings.control_token)
    # One place for every other address, so that wrong ones are remembered and answered alike.
    model = Route("/{path:path}", gateway.serve, methods=_METHODS)
    return Starlette(routes=[*control.routes(), model])
