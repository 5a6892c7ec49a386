"""Candles that all symbols of a slot share are fetched once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from tasks.shared_candles import SharedCandles
from tests.trading import builders
from trading.candles import Candle
from trading.errors import InvariantError

SLOT = builders.NOW.replace(second=0)
BARS = builders.candles(3)


class Counted:
    """Candles that know how often they were fetched."""

    def __init__(self, *answers: tuple[Candle, ...]) -> None:
        self.answers = list(answers)
        self.times = 0

    def __call__(self) -> tuple[Candle, ...]:
        self.times += 1
        return self.answers[min(self.times, len(self.answers)) - 1]


def test_twenty_symbols_at_once_fetch_once() -> None:
    shared, fetch, all_here = SharedCandles(), Counted(BARS), Barrier(20)

    def look(_symbol: int) -> tuple[Candle, ...]:
        all_here.wait(timeout=10)
        return shared.at(SLOT, fetch)

    with ThreadPoolExecutor(20) as pool:
        seen = list(pool.map(look, range(20)))

    assert seen == [BARS] * 20
    assert fetch.times == 1


def test_another_slot_has_other_candles() -> None:
    shared, fetch = SharedCandles(), Counted(BARS, BARS[1:])

    assert shared.at(SLOT, fetch) == BARS
    assert shared.at(SLOT + timedelta(hours=1), fetch) == BARS[1:]
    assert fetch.times == 2


def test_what_did_not_come_is_not_asked_for_again_in_this_slot() -> None:
    shared, fetch = SharedCandles(), Counted((), BARS)

    assert [shared.at(SLOT, fetch) for _ in range(3)] == [(), (), ()]
    assert fetch.times == 1


def test_a_fetch_that_fails_leaves_the_next_one_free() -> None:
    shared = SharedCandles()

    def fail() -> tuple[Candle, ...]:
        raise InvariantError

    with pytest.raises(InvariantError):
        shared.at(SLOT, fail)

    assert shared.at(SLOT, Counted(BARS)) == BARS
