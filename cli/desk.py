"""The desk's exchange for a command by hand, and all that a step of the desk needs.

Beside a running `autotrader up` a command uses what that one runs; alone it starts what is missing
and stops it again.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from adapters.bybit.gateway import BybitGateway, connect
from adapters.bybit.retries import ReadPolicy
from cli.database import running_database
from cli.hand_gate import open_gate_by_hand
from config.settings import Settings
from tasks.resources import Resources, exchange_access, open_resources, traffic_rules


@contextmanager
def exchange_gateway(
    settings: Settings, policy: ReadPolicy | None = None
) -> Iterator[BybitGateway]:
    """The gateway to the account of the settings, counted with the desk's own requests."""
    url = settings.database_url.get_secret_value() or running_database(settings) or ""
    with (
        open_gate_by_hand(url, traffic_rules(settings)) as gate,
        closing(connect(exchange_access(settings), policy, gate)) as gateway,
    ):
        yield gateway


def open_desk(settings: Settings, *, role: str) -> AbstractContextManager[Resources]:
    """Everything a step needs, for steps that run by hand and not in a flow."""
    return open_resources(settings, role=role)
