"""The gate to the exchange for what is asked by hand, beside the desk or without it."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.bybit.traffic import OPEN_GATE, TrafficGate
from tasks.traffic import can_count, open_gate
from trading.traffic_rules import TrafficRules

_ROLE = "by hand"


@contextmanager
def open_gate_by_hand(url: str, rules: TrafficRules) -> Iterator[TrafficGate]:
    """The gate that the desk's processes share, or none where no database can count for them.

    An empty `url` is a desk that does not run. Whoever looks at the account by hand while the
    database is down sends a few reads, and must not be kept from it.
    """
    if not url or not can_count(url, role=_ROLE):
        yield OPEN_GATE
        return
    with open_gate(url, rules, role=_ROLE) as gate:
        yield gate
