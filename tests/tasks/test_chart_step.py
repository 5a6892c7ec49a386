"""The picture an analyst sees: averages, yesterday's range, and the levels of a position."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tasks.charts import chart_input
from tests.trading.builders import NOW, candle, candles, inputs, position, snapshot
from trading.candles import Interval
from trading.chart import Level, LevelKind
from trading.snapshot import MarketSnapshot, SnapshotRules, build_snapshot


def test_a_picture_is_of_the_snapshot_and_nothing_else() -> None:
    seen = snapshot()

    drawn = chart_input(seen)

    assert (drawn.symbol, drawn.as_of, drawn.seed) == (seen.symbol, seen.as_of, seen.hash)
    assert drawn.candles == seen.candles
    assert drawn.last_price == seen.ticker.last
    assert len(drawn.ema_fast) == len(drawn.ema_slow) == len(drawn.rsi) == len(seen.candles)


def test_yesterdays_range_is_drawn() -> None:
    calm = list(candles(closes=[40_000] * 120))
    noon_yesterday = Interval.D1.floor(NOW) - timedelta(hours=12)
    index = next(i for i, one in enumerate(calm) if one.opened_at == noon_yesterday)
    calm[index] = candle(noon_yesterday, high=Decimal(40_900), low=Decimal(39_100))

    drawn = chart_input(snapshot(candles=tuple(calm)))

    assert drawn.levels == (
        Level("prev day high", Decimal(40_900)),
        Level("prev day low", Decimal(39_100)),
    )


def test_a_day_that_is_not_whole_has_no_range() -> None:
    rules = SnapshotRules(bars=20)
    short = build_snapshot(inputs(candles=candles(20)), now=NOW, rules=rules)

    assert isinstance(short, MarketSnapshot)
    assert chart_input(short).levels == ()


@pytest.mark.parametrize("target", [Decimal(40_800), None])
def test_an_open_position_is_drawn_with_the_levels_it_has(target: Decimal | None) -> None:
    held = snapshot(position=replace(position(), take_profit=target))

    of_position = [one for one in chart_input(held).levels if one.kind is not LevelKind.REFERENCE]

    expected = [
        Level("entry", Decimal(40_000), LevelKind.ENTRY),
        Level("stop", Decimal(39_600), LevelKind.STOP_LOSS),
        Level("target", Decimal(40_800), LevelKind.TAKE_PROFIT),
    ]
    assert of_position == expected[: 2 if target is None else 3]
