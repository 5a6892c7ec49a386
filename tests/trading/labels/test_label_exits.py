"""How an imagined trade ends: learning.md §4.2, rules 3 to 5, each by a case worked by hand."""

from decimal import Decimal

import pytest

from tests.trading.labels.label_builders import (
    MINUTE,
    STILL,
    Prices,
    at,
    long,
    path,
    proposed,
    short,
)
from trading.labels.opportunities import LimitEntry, Margin, Proposal, Trigger
from trading.labels.states import Kind


def mirror(candle: Prices) -> Prices:
    """The same candle seen by a short: prices as far below 100 as they were above."""
    opened, high, low, close = candle
    return (200 - opened, 200 - low, 200 - high, 200 - close)


@pytest.mark.parametrize(
    ("candles", "kind", "minute", "r"),
    [
        # The stop is 3 away, the target 6; the horizon ends at the open of minute 5.
        ([STILL] * 6, Kind.TIMEOUT, 5, 0),
        ([*[STILL] * 5, (101.5, 101.5, 101.5, 101.5)], Kind.TIMEOUT, 5, 0.5),
        ([(100, 100, 97, 97)], Kind.STOP, 0, -1),
        ([(100, 106, 100, 106)], Kind.TARGET, 0, 2),
        ([STILL, (100, 100, 96, 96)], Kind.STOP, 1, -1),
        ([STILL, (100, 105.5, 97.5, 100), (100, 106.5, 100, 106)], Kind.TARGET, 2, 2),
        # A gap beyond the stop is left at the open, worse than planned.
        ([STILL, (95.5, 101, 95, 100)], Kind.STOP, 1, -1.5),
        ([STILL, (97, 101, 97, 100)], Kind.STOP, 1, -1),
        # A gap beyond the target is no windfall.
        ([STILL, (107.5, 108, 107, 107)], Kind.TARGET, 1, 2),
        ([STILL, (106, 108, 96, 107)], Kind.TARGET, 1, 2),
        # The time is up before anything else of that minute is looked at.
        ([*[STILL] * 5, (95.5, 95.5, 95.5, 95.5)], Kind.TIMEOUT, 5, -1.5),
        ([*[STILL] * 5, (109, 109, 109, 109)], Kind.TIMEOUT, 5, 3),
        ([*[STILL] * 4, (100, 106, 100, 106), STILL], Kind.TARGET, 4, 2),
    ],
)
def test_a_trade_ends_as_the_rules_say(
    candles: list[Prices], kind: Kind, minute: int, r: float
) -> None:
    bought = proposed(long(), *candles)
    sold = proposed(short(), *map(mirror, candles))

    for label in (bought, sold):
        assert (label.kind, label.left_at, label.r_net) == (kind, at(minute), Decimal(str(r)))
        assert not label.is_ambiguous
        assert label.final_at == at(minute + 1)


def test_stop_and_target_in_one_candle_count_as_the_stop_and_keep_both_bounds() -> None:
    for label in (
        proposed(long(), STILL, (100, 107, 96, 100)),
        proposed(short(), STILL, (100, 104, 93, 100)),
    ):
        assert (label.kind, label.is_ambiguous) == (Kind.STOP, True)
        assert (label.r_net, label.r_worst, label.r_best) == (-1, -1, 2)


def test_a_gap_is_not_ambiguous_whatever_its_candle_does_later() -> None:
    label = proposed(long(), STILL, (96, 107, 95, 100))

    assert (label.kind, label.is_ambiguous, label.r_best) == (
        Kind.STOP,
        False,
        Decimal("-1.33333333333"),
    )


def rested(**changes: object) -> Proposal:
    limit = LimitEntry(Decimal(99), 3 * MINUTE, Decimal("0.5"))
    return long(limit=limit, **changes)


def test_what_the_candle_of_a_rested_fill_did_in_favour_does_not_count() -> None:
    label = proposed(rested(), (100, 107, 98.5, 100), *[STILL] * 5)

    assert (label.kind, label.filled_at, label.left_at) == (Kind.TIMEOUT, at(0), at(5))
    assert (label.mfe_r, label.mae_r) == (Decimal("0.5"), Decimal("0.25"))


def test_what_the_candle_of_a_rested_fill_did_against_it_counts() -> None:
    label = proposed(rested(), (100, 107, 97, 107))

    assert (label.kind, label.is_ambiguous, label.r_net, label.bars_held) == (
        Kind.STOP,
        False,
        -1,
        1,
    )


def test_what_a_candle_that_opens_through_the_limit_does_counts_whole() -> None:
    label = proposed(rested(), (98.5, 106, 98.5, 106))

    assert (label.kind, label.r_net) == (Kind.TARGET, 5)


MARKED = Trigger.MARK
QUIET_MARK = [STILL] * 6


def test_a_trade_triggered_by_the_mark_price_ignores_a_wick_of_the_last_price() -> None:
    wick: list[Prices] = [STILL, (100, 108, 95, 100), *[STILL] * 4]

    by_last = proposed(long(), *wick, mark=QUIET_MARK)
    by_mark = proposed(long(trigger=MARKED), *wick, mark=QUIET_MARK)

    assert (by_last.kind, by_mark.kind) == (Kind.STOP, Kind.TIMEOUT)
    # What was seen are last prices, whatever triggers.
    assert (by_mark.mae_r, by_mark.mfe_r) == (Decimal("1.66666666667"), Decimal("2.66666666667"))


@pytest.mark.parametrize(
    ("mark", "last", "kind", "r"),
    [
        # Inside what traded in that minute it fills at the level, else at the nearest price.
        ((100, 100, 97, 98), (100, 100, 96, 98), Kind.STOP, -1),
        ((100, 100, 97, 98), (100, 100, 98.5, 99), Kind.STOP, -0.5),
        ((100, 106, 100, 105), (100, 107, 100, 105), Kind.TARGET, 2),
        ((100, 106, 100, 105), (100, 104.5, 100, 104), Kind.TARGET, 1.5),
        # At the open: the stop at the last price, the target no better than planned.
        ((96, 98, 96, 98), (98.5, 99, 98.5, 99), Kind.STOP, -0.5),
        ((107, 107, 105, 105), (104.5, 105, 104, 105), Kind.TARGET, 1.5),
        ((107, 107, 105, 105), (107.5, 108, 107, 107), Kind.TARGET, 2),
    ],
)
def test_a_mark_price_triggers_but_the_last_price_is_what_fills(
    mark: Prices, last: Prices, kind: Kind, r: float
) -> None:
    label = proposed(
        long(trigger=MARKED), STILL, last, *[STILL] * 4, mark=[STILL, mark, *[STILL] * 4]
    )

    assert (label.kind, label.r_net) == (kind, Decimal(str(r)))


TEN = Margin(leverage=Decimal(20), maintenance_fraction=Decimal("0.01"))
"""Filled at 100 it is liquidated at 96 and bankrupt at 95; a short at 104 and 105."""


@pytest.mark.parametrize(
    ("mark", "last", "kind", "r"),
    [
        # The stop at 97 is met on the way to the liquidation at 96.
        ((100, 100, 95.5, 99), (100, 100, 95.5, 99), Kind.STOP, -1),
        # Only the mark price falls so far: the stop, by last prices, never triggers.
        ((100, 100, 96, 99), (100, 100, 98, 99), Kind.LIQUIDATED, -5 / 3),
        ((100, 100, 96.25, 99), (100, 100, 98, 99), Kind.TIMEOUT, 0),
        # A mark price that opens beyond it comes before everything in the minute.
        ((95.5, 99, 95.5, 99), (96, 99, 96, 99), Kind.LIQUIDATED, -5 / 3),
    ],
)
def test_liquidation_is_looked_for_in_mark_prices(
    mark: Prices, last: Prices, kind: Kind, r: float
) -> None:
    quiet = [STILL] * 4
    bought = proposed(long(margin=TEN), STILL, last, *quiet, mark=[STILL, mark, *quiet])
    sold = proposed(
        short(margin=TEN), STILL, mirror(last), *quiet, mark=[STILL, mirror(mark), *quiet]
    )

    for label in (bought, sold):
        assert label.kind is kind
        assert float(label.r_net) == pytest.approx(r)


def test_a_liquidation_nearer_than_the_stop_comes_first() -> None:
    far = long(stop_loss=Decimal(95), margin=TEN)
    fall: Prices = (100, 100, 94, 94)

    label = proposed(far, STILL, fall, mark=[STILL, fall])

    assert (label.kind, label.r_net, label.exit) == (Kind.LIQUIDATED, -1, Decimal(95))


def test_liquidation_and_target_in_one_candle_are_ambiguous() -> None:
    far = long(stop_loss=Decimal(95), margin=TEN)
    wild: Prices = (100, 106, 94, 100)

    label = proposed(far, STILL, wild, mark=[STILL, wild])

    assert (label.kind, label.is_ambiguous, label.r_best) == (
        Kind.LIQUIDATED,
        True,
        Decimal("1.2"),
    )


def test_a_symbol_without_candles_is_a_path_of_nothing() -> None:
    assert (len(path()), path().missing) == (0, 0)
