"""The guardian looks after what the stream says is in danger, until it is not."""

from dataclasses import replace
from decimal import Decimal
from threading import Event
from typing import Any

import pytest

from tasks.guarding import Guarded, GuardOutcome
from tasks.monitor.guardian import Guardian
from tasks.monitor.tally import Seen, Tally
from tests.tasks.monitor.rows import ORDER, POSITION
from trading.errors import ExchangeRetryableError
from trading.orders import OrderStatus, StopKind
from trading.protection import CloseNow
from trading.pushes import PushedRow

STOP = replace(ORDER, stop_kind=StopKind.STOP_LOSS, status=OrderStatus.UNTRIGGERED)
NAKED = Guarded("BTCUSDT", CloseNow("no stop stands"), GuardOutcome.NAKED)
SAFE = replace(NAKED, outcome=GuardOutcome.CLOSED)


class Watch:
    """A guardian whose looks are scripted; it stops when the script has ended."""

    def __init__(self, *answers: Guarded | Exception | None) -> None:
        self.looks: list[str] = []
        self._answers = list(answers)
        self._stop, self.tally = Event(), Tally()
        self.guardian = Guardian(self._look, self.tally)

    def run(self, *rows: PushedRow) -> list[str]:
        self.guardian.tell(rows)
        if not self._answers:
            self._stop.set()
        self.guardian.run(self._stop)
        return self.looks

    def _look(self, symbol: str) -> Guarded | None:
        self.looks.append(symbol)
        answer = self._answers.pop(0)
        if not self._answers:
            self._stop.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


ALARMING: dict[str, PushedRow] = {
    "a stop was cancelled": replace(STOP, status=OrderStatus.CANCELLED),
    "a stop was deactivated": replace(STOP, status=OrderStatus.DEACTIVATED),
    "a trailing stop was rejected": replace(
        STOP, stop_kind=StopKind.TRAILING_STOP, status=OrderStatus.REJECTED
    ),
    "a position has no stop": replace(POSITION, stop_loss=None),
}
CALM: dict[str, PushedRow] = {
    "a stop stands": STOP,
    "a stop was filled": replace(STOP, status=OrderStatus.FILLED),
    "a target was cancelled": replace(
        STOP, stop_kind=StopKind.TAKE_PROFIT, status=OrderStatus.CANCELLED
    ),
    "an entry was cancelled": replace(ORDER, status=OrderStatus.CANCELLED),
    "a position has its stop": replace(POSITION, stop_loss=Decimal(1)),
}


@pytest.mark.parametrize("row", ALARMING.values(), ids=ALARMING)
def test_what_may_be_naked_is_looked_at(row: Any) -> None:
    assert Watch(None).run(row) == [row.symbol]


@pytest.mark.parametrize("row", CALM.values(), ids=CALM)
def test_what_is_covered_is_left_alone(row: PushedRow) -> None:
    assert Watch().run(row) == []


@pytest.mark.parametrize(
    "first",
    [NAKED, ExchangeRetryableError("not sent")],
    ids=["still naked", "the exchange is silent"],
)
def test_it_looks_again_until_the_position_is_covered(first: Guarded | Exception) -> None:
    watch = Watch(first, first, SAFE)

    assert watch.run(replace(POSITION, stop_loss=None)) == ["BTCUSDT"] * 3
    assert watch.tally.counts()[Seen.GUARDED] == 3


def test_many_alarms_of_one_symbol_are_one_look() -> None:
    naked = replace(POSITION, stop_loss=None)

    assert Watch(SAFE).run(naked, naked, replace(STOP, status=OrderStatus.CANCELLED)) == [
        "BTCUSDT"
    ]
