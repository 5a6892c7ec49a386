"""What a label says when something is not there: learning.md §4.2, rules 8 and 9."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.trading.labels.label_builders import (
    MINUTE,
    START,
    STILL,
    Prices,
    at,
    bars,
    decision,
    labels_of,
    long,
    path,
    proposed,
    settlements,
)
from trading.candle_series import Span
from trading.candles import Interval
from trading.errors import BadDataError, InvariantError
from trading.labels.label import Label
from trading.labels.opportunities import LimitEntry, Margin, Trigger
from trading.labels.policies import Policy
from trading.labels.price_path import PricePath
from trading.labels.settlements import Settlements
from trading.labels.states import Kind, Status

FALLS: Prices = (100, 100, 97, 97)


def lacks(label: Label) -> tuple[Status, Kind, object, object, Decimal]:
    return (label.status, label.kind, label.missing_at, label.final_at, label.r_net)


def missing(minute: float, status: Status = Status.INCOMPLETE) -> tuple[object, ...]:
    return (status, Kind.UNKNOWN, at(minute), None, Decimal(0))


@pytest.mark.parametrize(
    ("candles", "minute"),
    [
        ([], 0),
        ([None, *[STILL] * 6], 0),
        ([STILL, None, *[STILL] * 6], 1),
        ([STILL, STILL, None, FALLS], 2),
        ([*[STILL] * 5], 5),
        ([*[STILL] * 5, None, STILL], 5),
        ([*[STILL] * 3], 3),
    ],
)
def test_a_missing_minute_leaves_the_label_incomplete(
    candles: list[Prices | None], minute: int
) -> None:
    label = proposed(long(), *candles)

    # Nothing is carried forward over the gap, and nothing of a result is left behind.
    assert lacks(label) == missing(minute)
    assert (label.fill, label.stop, label.filled_at, label.data_hash) == (None, None, None, "")


def test_a_gap_after_the_end_of_a_trade_is_not_its_matter() -> None:
    label = proposed(long(), STILL, FALLS, None, STILL)

    assert (label.status, label.kind, label.final_at) == (Status.FINAL, Kind.STOP, at(2))


def test_a_decision_before_the_first_candle_is_incomplete() -> None:
    label = proposed(long(), *[STILL] * 9, start=at(1))

    assert lacks(label) == missing(0)


def test_a_limit_waits_only_over_minutes_that_are_there() -> None:
    limit = LimitEntry(Decimal(99), 3 * MINUTE, Decimal("0.5"))

    label = proposed(long(limit=limit), STILL, None, STILL)

    assert lacks(label) == missing(1)


@pytest.mark.parametrize(
    "changes",
    [{"trigger": Trigger.MARK}, {"margin": Margin(Decimal(10), Decimal("0.005"))}],
    ids=["trigger", "liquidation"],
)
def test_who_needs_mark_candles_waits_for_them(changes: dict[str, object]) -> None:
    mark = [STILL, STILL, None, STILL, STILL, STILL]

    without, gap, whole = (
        proposed(long(**changes), *[STILL] * 6, mark=one) for one in (None, mark, [STILL] * 6)
    )

    assert (lacks(without), lacks(gap)) == (missing(0), missing(2))
    assert whole.kind is Kind.TIMEOUT


@pytest.mark.parametrize(
    ("since", "until", "minute"), [(1, 9, 0), (-1, 4, 4), (-9, -3, 0), (9, 10, 0)]
)
def test_funding_that_is_not_known_is_not_free(since: float, until: float, minute: float) -> None:
    funding = settlements(since=since, until=until)

    assert lacks(proposed(long(), *[STILL] * 7, funding=funding)) == missing(minute)


def test_funding_is_needed_up_to_the_exit_and_no_further() -> None:
    funding = settlements(since=0, until=5)

    assert proposed(long(), *[STILL] * 7, funding=funding).status is Status.FINAL


def test_a_trade_that_is_not_entered_needs_no_funding() -> None:
    far: Prices = (90, 90, 90, 90)

    label = proposed(long(), far, funding=settlements(since=5, until=6))

    assert (label.status, label.kind) == (Status.FINAL, Kind.NO_ENTRY_DRIFT)


def test_without_an_average_range_only_doing_nothing_is_labelled() -> None:
    blind = {"atr": None, "proposal": long()}

    acted = labels_of(decision(**blind), path(*[STILL] * 40))
    idle = labels_of(decision(atr=None), path(*[STILL] * 40))

    assert {one.status for one in acted.values()} == {Status.INCOMPLETE}
    assert acted[Policy.HORIZON].missing_at == START
    assert [policy for policy, one in idle.items() if one.status is Status.FINAL] == [
        Policy.AS_PROPOSED,
        Policy.STANDARD,
    ]


def test_a_delisted_symbol_is_censored() -> None:
    gone = [Span(since=at(3))]

    label = proposed(long(), *[STILL] * 3, halts=gone)

    assert lacks(label) == missing(3, Status.CENSORED)


def test_a_trade_that_ended_before_the_halt_is_final() -> None:
    label = proposed(long(), STILL, FALLS, STILL, halts=[Span(at(2), at(9))])

    assert (label.status, label.kind) == (Status.FINAL, Kind.STOP)


def test_candles_that_were_drawn_through_a_halt_do_not_count() -> None:
    label = proposed(long(), *[STILL] * 9, halts=[Span(at(2), at(4))])

    assert lacks(label) == missing(2, Status.CENSORED)


def test_a_gap_beside_a_halt_is_still_a_gap() -> None:
    label = proposed(long(), STILL, None, *[STILL] * 9, halts=[Span(at(2), at(4))])

    assert lacks(label) == missing(1)


def test_the_forecast_is_censored_by_a_halt_too() -> None:
    market = path(*[STILL] * 30, halts=[Span(at(10), at(11))])

    label = labels_of(decision(), market)[Policy.HORIZON]

    assert lacks(label) == missing(10, Status.CENSORED)


def test_a_label_may_be_read_only_after_it_became_final() -> None:
    label = proposed(long(), STILL, FALLS)
    waiting = proposed(long(), STILL)

    # Final with the close of minute 1.
    read = [label.is_usable(as_of=at(2) + timedelta(seconds=second)) for second in (-1, 0, 1)]
    assert read == [False, False, True]
    assert not waiting.is_usable(as_of=at(1_000))


def test_mark_candles_of_another_market_are_refused() -> None:
    five = bars(*[STILL] * 3, interval=Interval.M5)

    with pytest.raises(BadDataError, match="mark candles of BTCUSDT 5m for BTCUSDT 1m"):
        PricePath.of(bars(*[STILL] * 3), settlements=settlements(), mark=five)


def test_settlements_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(InvariantError, match="must not lie before the beginning"):
        Settlements(settlements().funding, at(2), at(1))


def test_missing_candles_are_counted() -> None:
    assert path(STILL, None, None, STILL, halts=[Span(at(3))]).missing == 3
