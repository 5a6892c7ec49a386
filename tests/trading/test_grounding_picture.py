from dataclasses import replace
from decimal import Decimal

import pytest

from tests.trading.grounding_builders import (
    CODE,
    MARKET,
    answer,
    codes,
    grounded,
    view,
)
from trading.failures import Failure, FailureCode
from trading.grounding import ground
from trading.model_answer import Move, Readback


def test_without_a_picture_nothing_need_be_read_off_it() -> None:
    blind = answer(chart_code="", readback=Readback(Move.UP, Decimal(1), Decimal(1)))
    unseen = view(chart_code=None, drawn_low=None, drawn_high=None)
    assert codes(blind, unseen) == []


def test_a_wrong_code_does_not_give_the_right_one_away() -> None:
    failure = ground(answer(chart_code="AAAA"), view())
    assert isinstance(failure, Failure)
    assert failure.code is FailureCode.VISION_NOT_SEEN
    assert CODE not in failure.detail + "".join(failure.problems)


@pytest.mark.parametrize(
    ("readback", "flags"),
    [
        (Readback(Move.FLAT, Decimal("40050.75"), Decimal("39949.25")), 0),
        (Readback(Move.FLAT, Decimal("40050.76"), Decimal(39_950)), 1),
        (Readback(Move.FLAT, Decimal(40_050), Decimal("39950.76")), 1),
        (Readback(Move.UP, Decimal(40_050), Decimal(39_950)), 1),
    ],
)
def test_prices_are_read_off_within_three_quarters_of_a_percent_of_the_range(
    readback: Readback, flags: int
) -> None:
    result = grounded(answer(readback=readback))
    assert [flag.code for flag in result.flags] == [FailureCode.READBACK_MISMATCH] * flags
    assert result.is_shadow is bool(flags)


@pytest.mark.parametrize(("close", "move"), [(39_990, Move.DOWN), (40_010, Move.UP)])
def test_the_last_candle_moved_as_it_closed(close: int, move: Move) -> None:
    last = replace(MARKET.candles[-1], close=Decimal(close))
    seen = view(snapshot=replace(MARKET, candles=(*MARKET.candles[:-1], last)))
    right = Readback(move, Decimal(40_050), Decimal(39_950))
    assert codes(answer(readback=right), seen) == []
    assert codes(answer(), seen) == [FailureCode.READBACK_MISMATCH]


def test_a_picture_without_prices_of_the_market_shows_only_the_last_candle() -> None:
    masked = view(drawn_low=None, drawn_high=None)
    read = Readback(Move.FLAT, Decimal(101), Decimal(99))
    assert codes(answer(readback=read), masked) == []


@pytest.mark.parametrize(("close", "move"), [(40_010, Move.UP), (39_990, Move.DOWN)])
def test_a_picture_with_another_last_candle_is_read_by_its_own(close: int, move: Move) -> None:
    wrong = replace(MARKET.candles[-1], close=Decimal(close))
    read = Readback(move, Decimal(40_050), Decimal(39_950))

    assert codes(answer(readback=read), view(drawn_last=wrong)) == []
    assert codes(answer(readback=read), view()) == [FailureCode.READBACK_MISMATCH]
