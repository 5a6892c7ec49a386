"""Labels by the million: plans and labels as columns, and what is counted and scored of them."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tests.trading.labels.label_builders import (
    FREE,
    MINUTE,
    START,
    STILL,
    Prices,
    at,
    bars,
    decision,
    long,
    path,
    settlements,
    short,
)
from trading.backtest.records_in_memory import Records
from trading.candle_columns import milliseconds_of
from trading.candle_series import Span
from trading.candles import Interval
from trading.errors import InvariantError
from trading.labels.counts import count_labels
from trading.labels.events import earned, rose, stop_first, target_first
from trading.labels.horizon import horizon_labels
from trading.labels.many import Labels, label_plans
from trading.labels.opportunities import LimitEntry
from trading.labels.plans import Moments, Plans, mirrored, proposed_plans, standard_plans
from trading.labels.price_path import PricePath
from trading.labels.states import ENTERED, Kind, Status

WILD: Prices = (100, 107, 96, 100)
"""Holds the standard stop and the standard target."""


def moments(*minutes: int, close: float = 100.0, atr: float = 2.0) -> Moments:
    """Minute bars that closed so many minutes after the start."""
    closed = np.array([milliseconds_of(at(minute)) for minute in minutes], np.int64)
    count = len(minutes)
    return Moments(closed, np.full(count, 60_000), np.full(count, close), np.full(count, atr))


def sides(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int8)


def standard(market: PricePath, *minutes: int, side: int = 1) -> Labels:
    plans = standard_plans(moments(*minutes), sides(*[side] * len(minutes)))
    return label_plans(market, plans, costs=FREE)


def kinds(labels: Labels) -> list[Kind]:
    return [Kind(int(kind)) for kind in labels.rows["kind"]]


def walk(count: int) -> PricePath:
    """A random walk with a gap, for what must only be the same twice."""
    rng = np.random.default_rng(1)
    close = 100 + np.cumsum(rng.normal(0, 0.3, count))
    opened = np.concatenate([[100.0], close[:-1]])
    high, low = np.maximum(opened, close) + 0.2, np.minimum(opened, close) - 0.2
    rows = np.stack([opened, high, low, close], axis=1).tolist()
    candles = [None if place == count // 2 else tuple(row) for place, row in enumerate(rows)]
    return PricePath.of(bars(*candles), settlements=settlements((9, 0.001)))


def test_threads_and_order_do_not_change_a_label() -> None:
    market, rng = walk(2_000), np.random.default_rng(2)
    asked = moments(*rng.integers(0, 2_000, 9_000).tolist())
    plans = standard_plans(asked, rng.integers(-1, 2, 9_000).astype(np.int8))

    once = label_plans(market, plans)
    again = label_plans(market, Plans(plans.rows[::-1].copy()), threads=3)

    assert len(once) == 9_000
    assert _equal(once.rows, again.rows[::-1])
    assert len(set(kinds(once))) >= 4


def _equal(one: Records, other: Records) -> bool:
    return all(
        np.array_equal(one[name], other[name], equal_nan=True) for name in one.dtype.names or ()
    )


def test_no_threads_are_refused() -> None:
    with pytest.raises(InvariantError, match="threads is 0; at least 1"):
        label_plans(path(STILL), standard_plans(moments(0), sides(1)), threads=0)


def long_held(minutes: int, slot: int, candle: Prices) -> Labels:
    """A long held for `minutes` in a market where one candle is not still."""
    rows = [STILL] * 130
    rows[slot] = candle
    plans = proposed_plans([decision(long(horizon_bars=minutes))])
    return label_plans(path(*rows), plans, costs=FREE)


EDGES = (1, 31, 32, 33, 63, 64, 65, 96)
"""Slots at and beside those where blocks of quiet candles begin."""


@pytest.mark.parametrize("slot", EDGES)
@pytest.mark.parametrize(
    ("candle", "kind"),
    [((100, 106, 100, 100), Kind.TARGET), ((100, 100, 97, 100), Kind.STOP)],
    ids=["target", "stop"],
)
def test_a_level_touched_exactly_is_met_wherever_a_block_begins(
    slot: int, candle: Prices, kind: Kind
) -> None:
    labels = long_held(120, slot, candle)

    assert kinds(labels) == [kind]
    assert labels.rows["exit_ms"][0] == milliseconds_of(at(slot))


@pytest.mark.parametrize("slot", EDGES)
def test_of_the_last_candle_only_its_open_is_seen_wherever_a_block_ends(slot: int) -> None:
    labels = long_held(slot, slot, (100, 105, 98, 100))

    assert kinds(labels) == [Kind.TIMEOUT]
    assert (labels.rows["mfe_r"][0], labels.rows["mae_r"][0]) == (0, 0)


def test_blocks_of_quiet_candles_are_seen_like_single_ones() -> None:
    # 200 minutes: the lowest and the highest lie in the middle of blocks that are one step each.
    rows = [STILL] * 200
    rows[70], rows[140] = (100, 101.5, 100, 100), (100, 100, 98.5, 100)

    labels = label_plans(
        path(*rows), proposed_plans([decision(long(horizon_bars=199))]), costs=FREE
    )

    assert kinds(labels) == [Kind.TIMEOUT]
    assert (labels.rows["mfe_r"][0], labels.rows["mae_r"][0]) == (0.5, 0.5)


def test_only_what_was_final_before_may_be_read() -> None:
    fall: Prices = (100, 100, 96, 96)
    labels = standard(path(STILL, STILL, STILL, fall, *[STILL] * 9), 0, 8)

    # The first is stopped in minute 3 and final at 4; the second is not known yet.
    read = [labels.usable(milliseconds_of(at(minute))).tolist() for minute in (3, 4, 5, 10_000)]
    assert read == [[False, False], [False, False], [True, False], [True, False]]


def test_the_counts_say_how_much_is_known_and_how_much_of_it_is_assumed() -> None:
    candles = [STILL, STILL, WILD, STILL, (100, 107, 100, 107), STILL, (90, 90, 90, 90)]
    market = path(*candles, halts=[Span(since=at(7))])

    counts = count_labels(standard(market, 0, 1, 4, 5))

    # Entered in minute 2, which holds both barriers; in 3, before the target is met; in 6, not at
    # that price; in 7, not any more.
    assert counts.by_status == {Status.FINAL: 3, Status.INCOMPLETE: 0, Status.CENSORED: 1}
    assert {kind: count for kind, count in counts.by_kind.items() if count} == {
        Kind.UNKNOWN: 1,
        Kind.NO_ENTRY_DRIFT: 1,
        Kind.TARGET: 1,
        Kind.STOP: 1,
    }
    assert (counts.entered, counts.ambiguous, counts.ambiguous_fraction) == (2, 1, 0.5)
    assert (counts.resolution, counts.worst_mean_r, counts.best_mean_r) == (
        Interval.M1,
        1 / 3,
        4 / 3,
    )


def test_a_mean_whose_sign_hangs_on_what_came_first_is_not_robust() -> None:
    counts = count_labels(standard(path(STILL, STILL, WILD), 0))

    assert (counts.worst_mean_r, counts.best_mean_r, counts.is_robust) == (-1, 2, False)


def test_a_mean_with_one_sign_at_both_bounds_is_robust() -> None:
    fall = path(STILL, STILL, (100, 100, 96, 96))

    assert count_labels(standard(fall, 0)).is_robust


def test_nothing_final_is_no_number() -> None:
    counts = count_labels(standard(path(STILL), 0))

    assert (counts.worst_mean_r, counts.best_mean_r, counts.is_robust) == (None, None, False)
    assert (counts.entered, counts.ambiguous_fraction) == (0, 0.0)


def test_the_events_are_scored_where_they_have_an_answer() -> None:
    candles = [STILL, STILL, (100, 106, 100, 100), (100, 100, 97, 100), *[STILL] * 30]
    market = path(*candles, (107, 107, 107, 107), None)
    plans = standard_plans(moments(0, 1, 2, 3, 5, 32), sides(1, 1, 1, 0, 1, 1))
    labels = label_plans(market, plans, costs=FREE)

    assert kinds(labels) == [
        Kind.TARGET,
        Kind.STOP,
        Kind.TIMEOUT,
        Kind.NO_TRADE,
        Kind.TIMEOUT,
        Kind.NO_ENTRY_DRIFT,
    ]
    filled = [True, True, True, False, True, False]
    for scored, true in (
        (target_first(labels), [True, False, False, False, False, False]),
        (stop_first(labels), [False, True, False, False, False, False]),
    ):
        assert scored.is_scored.tolist() == filled
        assert scored.is_true.tolist() == true
    won = earned(labels)
    assert won.is_scored.tolist() == [True, True, True, False, True, True]
    assert won.is_true.tolist() == [True, False, False, False, False, False]
    assert not rose(labels).is_scored.any()


def test_a_forecast_is_scored_by_whether_the_close_is_above() -> None:
    up, down = (101, 101, 101, 101), (99, 99, 99, 99)
    labels = horizon_labels(path(up, STILL, down), moments(0, 1, 2, 3), bars=1)

    scored = rose(labels)

    assert kinds(labels) == [Kind.UP, Kind.UNCHANGED, Kind.DOWN, Kind.UNKNOWN]
    assert scored.is_scored.tolist() == [True, True, True, False]
    assert scored.is_true.tolist() == [True, False, False, False]


def test_a_random_side_keeps_the_barriers_at_their_distances() -> None:
    plans = proposed_plans([decision(long()), decision(long()), decision(), decision(short())])

    turned = mirrored(plans, sides(-1, 1, -1, 1)).rows

    assert turned["side"].tolist() == [-1, 1, 0, 1]
    assert turned["stop"].tolist()[:2] == [103, 97]
    assert (turned["stop"][3], turned["target"][3]) == (97, 106)
    assert plans.rows["side"].tolist() == [1, 1, 0, -1]


def test_the_standard_turned_around_is_the_standard_of_the_other_side() -> None:
    asked = moments(0, 1, 2)
    bought, sold = (standard_plans(asked, sides(*[side] * 3)) for side in (1, -1))

    assert _equal(mirrored(bought, sides(-1, -1, -1)).rows, sold.rows)


def test_a_limit_has_no_other_side() -> None:
    limit = LimitEntry(Decimal(99), MINUTE, Decimal("0.5"))

    with pytest.raises(InvariantError, match="a plan with a limit has no other side"):
        mirrored(proposed_plans([decision(long(limit=limit))]), sides(-1))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("close", np.array([100.0, 0.0]), "a close of a moment is not above 0"),
        ("close", np.array([100.0]), "columns of moments have the lengths"),
        ("atr", np.array([0.0, 2.0]), "NaN says that it is not known"),
        ("closed_ms", np.array([0, 30_000]), "does not close a bar of its interval"),
        ("interval_ms", np.array([60_000, 0]), "does not close a bar of its interval"),
    ],
)
def test_impossible_moments_are_refused(column: str, value: np.ndarray, message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        replace(moments(0, 1), **{column: value})


def test_moments_of_decisions_are_their_bars() -> None:
    asked = Moments.of([decision(), decision(atr=None, interval=Interval.M5)])

    assert asked.closed_ms.tolist() == [milliseconds_of(START)] * 2
    assert asked.interval_ms.tolist() == [60_000, 300_000]
    assert (asked.atr[0], bool(np.isnan(asked.atr[1]))) == (2.0, True)


def test_every_state_and_kind_has_a_word() -> None:
    assert [one.word for one in Status] == ["final", "incomplete", "censored"]
    assert {kind.word for kind in ENTERED} == {"target", "stop", "timeout", "liquidated"}
