"""A maintenance as the wire tells it, over REST and on the status socket alike (spec 3.1)."""

from exchange_sim.faults.streams_status import Notice
from exchange_sim.server.numbers import Row


def maintenance_row(notice: Notice) -> Row:
    """One row: planned work on everything, for everybody."""
    return {
        "id": f"maintenance-{notice.number}",
        "title": "System maintenance",
        "state": notice.state,
        "begin": str(notice.begin_ms),
        "end": str(notice.end_ms),
        "href": "",
        "serviceTypes": [1, 2, 3, 4, 5],
        "product": [1, 2, 3, 4],
        "uidSuffix": [],
        "maintainType": 1,
        "env": 1,
    }
