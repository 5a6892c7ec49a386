"""What the exchange announces of itself; rows as its documentation shows them."""

from datetime import UTC, datetime

import pytest

from adapters.bybit.gateway import BybitGateway
from tests.adapters.bybit.scripted_exchange import Reply, ScriptedExchange, listed, ok
from trading.errors import BadDataError, ExchangeError
from trading.maintenance import Maintenance, MaintenanceState

STATUS = "/v5/system/status"
ROW = {
    "id": "4d95b2a0-587f-11f0-bcc9-56f28c94d6ea",
    "title": "t06",
    "state": "completed",
    "begin": "1751596902000",
    "end": "1751597011000",
    "href": "",
    "serviceTypes": [2, 3, 4, 5],
    "product": [1, 2],
    "uidSuffix": [],
    "maintainType": 1,
    "env": 1,
}
BEGINS = datetime(2025, 7, 4, 2, 41, 42, tzinfo=UTC)
ENDS = datetime(2025, 7, 4, 2, 43, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Maintenance("t06", MaintenanceState.OVER, BEGINS, ENDS)),
        ({"state": "canceled"}, Maintenance("t06", MaintenanceState.OVER, BEGINS, ENDS)),
        ({"state": "ongoing"}, Maintenance("t06", MaintenanceState.ONGOING, BEGINS, ENDS)),
        ({"state": "scheduled"}, Maintenance("t06", MaintenanceState.SCHEDULED, BEGINS, ENDS)),
        ({"state": "paused"}, Maintenance("t06", MaintenanceState.UNKNOWN, BEGINS, ENDS)),
        ({"state": "ongoing", "end": ""}, Maintenance("t06", MaintenanceState.ONGOING, BEGINS)),
        ({"end": "1"}, Maintenance("t06", MaintenanceState.OVER, BEGINS)),
        ({"title": " a\nb "}, Maintenance("a b", MaintenanceState.OVER, BEGINS, ENDS)),
        ({"env": 2}, Maintenance("t06", MaintenanceState.OVER, BEGINS, ENDS, is_demo_only=True)),
        ({"serviceTypes": [], "product": None},
         Maintenance("t06", MaintenanceState.OVER, BEGINS, ENDS)),
    ],
)  # fmt: skip
def test_a_row_is_a_maintenance(
    exchange: ScriptedExchange,
    gateway: BybitGateway,
    changes: dict[str, object],
    expected: Maintenance,
) -> None:
    exchange.script(STATUS, listed(ROW | changes))
    assert gateway.maintenances() == [expected]


@pytest.mark.parametrize(
    "changes",
    [{"product": [2, 3, 4]}, {"serviceTypes": [3, 4]}],
    ids=["no futures", "sockets alone"],
)
def test_what_does_not_touch_the_desk_is_left_out(
    exchange: ScriptedExchange, gateway: BybitGateway, changes: dict[str, object]
) -> None:
    exchange.script(STATUS, listed(ROW | changes))
    assert gateway.maintenances() == []


@pytest.mark.parametrize("reply", [ok({}), listed(ROW | {"begin": "soon"})])
def test_a_malformed_answer_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway, reply: Reply
) -> None:
    exchange.script(STATUS, reply)
    with pytest.raises(BadDataError):
        gateway.maintenances()


def test_it_is_asked_once(exchange: ScriptedExchange, gateway: BybitGateway) -> None:
    exchange.script(STATUS, Reply(status=503), listed(ROW))
    with pytest.raises(ExchangeError):
        gateway.maintenances()
    assert len(exchange.seen) == 1
