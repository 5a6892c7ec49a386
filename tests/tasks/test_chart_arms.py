"""The pictures of each arm: how many, of which candles, with which code and unit."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from adapters.chart_image import render_chart
from tasks.charts import chart_input, chart_inputs, drawn
from tests.trading.builders import NOW, candles, inputs, snapshot
from trading.arms import USUAL, Arm, ImageArm, Mask
from trading.candles import Interval
from trading.chart_masking import rebasing_of
from trading.errors import BadDataError, MisconfiguredError
from trading.resampling import resample
from trading.snapshot import MarketSnapshot, SnapshotRules, build_snapshot

BOTH = Arm(ImageArm.LTF_HTF)
ARMS = [
    Arm(ImageArm.NONE),
    *(Arm(*one) for one in product((ImageArm.LTF, ImageArm.LTF_HTF), Mask, (False, True))),
]


def test_without_pictures_nothing_is_drawn() -> None:
    assert chart_inputs(snapshot(), Arm(ImageArm.NONE)) == ()


def test_the_plain_arm_is_the_chart_as_it_always_was() -> None:
    (drawn,) = chart_inputs(snapshot(), USUAL)
    known = chart_input(snapshot())

    assert (drawn.candles, drawn.seed, drawn.levels) == (known.candles, known.seed, known.levels)
    assert drawn.mask is Mask.NONE


def test_the_second_picture_is_of_whole_bigger_bars() -> None:
    seen = snapshot()

    first, second = chart_inputs(seen, BOTH)

    assert (first.interval, second.interval) == (Interval.H1, Interval.H4)
    assert second.candles == resample(seen.candles, Interval.H1, Interval.H4)
    assert second.as_of == second.candles[-1].opened_at + timedelta(hours=4) <= seen.as_of
    assert (second.symbol, second.last_price) == (first.symbol, first.last_price)
    assert len(second.rsi) == len(second.candles)


def test_each_picture_has_a_code_of_its_own() -> None:
    first, second = chart_inputs(snapshot(), BOTH)

    assert first.seed == snapshot().hash != second.seed


def test_masked_pictures_hide_the_symbol_and_share_one_unit() -> None:
    seen = snapshot()

    first, second = chart_inputs(seen, Arm(ImageArm.LTF_HTF, Mask.ANONYMISED))

    by = rebasing_of(chart_input(seen))
    assert {first.symbol, second.symbol} == {"Market"}
    assert first.candles[0].close == 100
    assert first.last_price == second.last_price == by.masked(seen.ticker.last)
    assert first.candles[-1].close == by.masked(seen.candles[-1].close)


@pytest.mark.parametrize("arm", [arm for arm in ARMS if arm.is_placebo], ids=str)
def test_a_placebo_is_wrong_in_every_picture_and_bears_the_right_codes(arm: Arm) -> None:
    right = chart_inputs(snapshot(), replace(arm, is_placebo=False))
    wrong = chart_inputs(snapshot(), arm)

    assert [one.seed for one in wrong] == [one.seed for one in right]
    for one, other in zip(right, wrong, strict=True):
        assert other.candles[-1].close == one.visible().candles[0].open
        assert other.mask is one.mask


@pytest.mark.parametrize("arm", ARMS, ids=str)
def test_what_is_drawn_says_how_it_is_shown(arm: Arm) -> None:
    chart = drawn(render_chart, snapshot(), arm)

    assert chart.arm == arm
    assert len(chart.shown) == len(chart_inputs(snapshot(), arm))
    assert chart.together[0].sha256 == chart.sha256
    assert len({one.code for one in chart.together}) == len(chart.together)


def test_who_is_shown_nothing_leaves_the_usual_picture_for_people() -> None:
    unseen, usual = (drawn(render_chart, snapshot(), arm) for arm in (ARMS[0], USUAL))

    assert unseen.sha256 == usual.sha256
    assert (unseen.shown, usual.shown) == ((), (usual,))


def test_the_longest_timeframe_has_no_second_picture() -> None:
    hourly = snapshot()
    day = replace(hourly.candles[-1], opened_at=hourly.as_of - timedelta(days=1))
    daily = replace(hourly, interval=Interval.D1, candles=(day,))

    with pytest.raises(MisconfiguredError, match=r"1d has no bigger timeframe.*use image arm ltf"):
        chart_inputs(daily, BOTH)


def test_candles_that_fill_no_bigger_bar_are_refused() -> None:
    rules = SnapshotRules(bars=3)
    short = build_snapshot(inputs(candles=candles(3)), now=NOW, rules=rules)
    assert isinstance(short, MarketSnapshot)

    with pytest.raises(BadDataError, match="3 candles of 1h do not fill one 4h bar"):
        chart_inputs(short, BOTH)


@pytest.mark.parametrize("arm", ARMS, ids=str)
def test_equal_snapshots_give_equal_pictures(arm: Arm) -> None:
    one, other = (chart_inputs(snapshot(), arm) for _ in range(2))

    assert [(c.candles, c.seed, c.levels) for c in one] == [
        (c.candles, c.seed, c.levels) for c in other
    ]
