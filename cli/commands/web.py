"""`web`: the desk for programs, over HTTP."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import Annotated

import typer

from adapters.uploaded_image import read_upload
from api.app import API, create_app
from api.desk import ApiDesk
from cli.desk import desk_in_force
from cli.desk_clock import desk_clock
from cli.output import say
from cli.stack.interruption import ended_by_signals
from cli.stack.web_server import listen, serve
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.api_tokens import require_safe_address
from tasks.asking import asking_of
from tasks.door import Door
from tasks.one_processor import one_at_a_time
from tasks.resources import open_resources

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
    with desk_in_force() as settings, ended_by_signals(), _opened(settings) as desk:
        require_safe_address(host, desk.door.sessions, desk.door.account)
        listener = listen(host, settings.web_port if port is None else port)
        with closing(listener), suppress(KeyboardInterrupt):
            serve(create_app(desk), listener, _tell)


@contextmanager
def _opened(settings: Settings) -> Iterator[ApiDesk]:
    """The desk behind the API. The exchange is opened for each deed: it may be away at times."""
    url = settings.database_url.get_secret_value()
    options = EngineOptions(application_name=ROLE)
    with open_engine(url, options) as engine, desk_clock(settings) as now:
        require_current(engine)
        door = Door(
            session_factory(engine),
            asking_of(settings),
            partial(open_resources, settings, role=ROLE),
            now,
        )
        # A picture of 40 megapixels takes a quarter of a gigabyte while it is decoded.
        yield ApiDesk(settings, door, one_at_a_time(read_upload))


def _tell(address: str) -> None:
    say(f"The API answers at {address}{API}")
