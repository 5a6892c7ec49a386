"""`web`: the desk for programs, over HTTP."""

from contextlib import closing, suppress
from typing import Annotated

import typer

from adapters.uploaded_image import read_upload
from api.app import API, create_app
from api.desk import ApiDesk
from cli.database import desk_in_force
from cli.door import open_door
from cli.output import say
from cli.stack.interruption import ended_by_signals
from cli.stack.web_server import listen, serve
from tasks.api_tokens import require_safe_address
from tasks.one_processor import one_at_a_time

ROLE = "web"

Host = Annotated[str, typer.Option(metavar="ADDRESS", help="Which address to listen on.")]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65_535, help="TCP port, 0 for any free one; default: AUTOTRADER_WEB_PORT."
    ),
]


def web(*, host: Host = "127.0.0.1", port: Port = None) -> None:
    """Offer the desk to programs until Ctrl-C: proposals, halts and uploaded charts.

    The API is under /api/v1, its document at /api/v1/openapi.json. Every request needs a token of
    `autotrader token create`, except /health and /ready. It refuses to listen where other
    machines could reach it while there is no token. It speaks HTTP: put a server with a
    certificate before it where the way to it is not yours.

    Examples:
    - `autotrader web`
    - `autotrader web --host 0.0.0.0 --port 8600`
    """
    with (
        desk_in_force() as settings,
        ended_by_signals(),
        open_door(settings, role=ROLE) as door,
    ):
        require_safe_address(host, door.sessions, door.account)
        listener = listen(host, settings.web_port if port is None else port)
        # A picture of 40 megapixels takes a quarter of a gigabyte while it is decoded.
        desk = ApiDesk(settings, door, one_at_a_time(read_upload))
        with closing(listener), suppress(KeyboardInterrupt):
            serve(create_app(desk), listener, _tell)


def _tell(address: str) -> None:
    say(f"The API answers at {address}{API}")
