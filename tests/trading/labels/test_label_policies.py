"""Every decision under five policies (learning.md §4.2): what each of them imagines."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.trading.labels.label_builders import (
    MINUTE,
    STILL,
    Prices,
    at,
    decision,
    labels_of,
    long,
    path,
    settlements,
    short,
)
from trading.candle_series import Span
from trading.candles import Interval
from trading.errors import InvariantError
from trading.labels.label import Label
from trading.labels.labelling import label_decisions
from trading.labels.opportunities import LimitEntry, Margin, Opportunity, Proposal, Trigger
from trading.labels.policies import Policy, Standard
from trading.labels.regret import Regret, flat_regret
from trading.labels.states import Kind, Status
from trading.positions import Direction

QUIET = [STILL] * 40


def kinds(labels: dict[Policy, Label]) -> dict[Policy, tuple[Kind, Direction | None]]:
    return {policy: (label.kind, label.direction) for policy, label in labels.items()}


def test_a_decision_to_trade_sent_or_blocked_has_its_own_trade_and_everybodys() -> None:
    assert kinds(labels_of(decision(short()), path(*QUIET))) == {
        Policy.AS_PROPOSED: (Kind.TIMEOUT, Direction.SHORT),
        Policy.STANDARD: (Kind.TIMEOUT, Direction.SHORT),
        Policy.HORIZON: (Kind.UNCHANGED, None),
        Policy.SHADOW_LONG: (Kind.TIMEOUT, Direction.LONG),
        Policy.SHADOW_SHORT: (Kind.TIMEOUT, Direction.SHORT),
    }


def test_a_decision_to_do_nothing_earns_nothing_and_has_its_shadows() -> None:
    labels = labels_of(decision(), path(*QUIET))

    assert kinds(labels) == {
        Policy.AS_PROPOSED: (Kind.NO_TRADE, None),
        Policy.STANDARD: (Kind.NO_TRADE, None),
        Policy.HORIZON: (Kind.UNCHANGED, None),
        Policy.SHADOW_LONG: (Kind.TIMEOUT, Direction.LONG),
        Policy.SHADOW_SHORT: (Kind.TIMEOUT, Direction.SHORT),
    }
    nothing = labels[Policy.AS_PROPOSED]
    assert (nothing.status, nothing.r_net, nothing.final_at) == (Status.FINAL, 0, at(0))


def test_the_standard_trade_enters_two_minutes_after_its_bar_and_risks_a_range_and_a_half() -> (
    None
):
    candles: list[Prices] = [(100, 101, 99, 100), (100, 101, 99, 100.25), (100.25, 101, 99, 100)]
    slow = decision(short(), decided_at=at(0) + timedelta(seconds=59))

    label = labels_of(slow, path(*candles, *QUIET))[Policy.STANDARD]

    # Sold at 100.25 whenever the analyst was done: 1.5 x 2 to the stop, twice that to the target.
    assert (label.filled_at, label.fill) == (at(2), Decimal("100.25"))
    assert (label.stop, label.target) == (Decimal("103.25"), Decimal("94.25"))
    assert (label.kind, label.left_at, label.bars_held) == (Kind.TIMEOUT, at(26), 24)


def test_a_standard_target_earns_two_r() -> None:
    rise: Prices = (100, 106, 100, 106)

    labels = labels_of(decision(short()), path(STILL, STILL, STILL, rise, *QUIET))

    assert (labels[Policy.SHADOW_LONG].kind, labels[Policy.SHADOW_LONG].r_net) == (Kind.TARGET, 2)
    assert (labels[Policy.STANDARD].kind, labels[Policy.STANDARD].r_net) == (Kind.STOP, -1)


def test_the_standard_does_not_look_at_what_was_proposed_but_for_the_side() -> None:
    one = labels_of(decision(long()), path(*QUIET))
    limit = LimitEntry(Decimal(90), MINUTE, Decimal("0.5"))
    other = labels_of(
        decision(long(stop_loss=Decimal(50), horizon_bars=9, limit=limit)), path(*QUIET)
    )

    assert one[Policy.STANDARD] == other[Policy.STANDARD]
    assert other[Policy.AS_PROPOSED].kind is Kind.NO_FILL


@pytest.mark.parametrize(
    ("close", "kind", "change"),
    [(103, Kind.UP, 1.5), (99.5, Kind.DOWN, -0.25), (100, Kind.UNCHANGED, 0)],
)
def test_the_forecast_is_judged_from_close_to_close_in_average_ranges(
    close: float, kind: Kind, change: float
) -> None:
    last: Prices = (100, 110, 90, close)
    market = path(*[STILL] * 11, last, (50, 50, 50, 50))

    label = labels_of(decision(forecast_bars=12), market)[Policy.HORIZON]

    assert (label.kind, label.r_net, label.r_gross) == (kind, Decimal(str(change)), label.r_net)
    assert (label.final_at, label.direction, label.fill) == (at(12), None, None)


def test_a_horizon_is_counted_in_bars_of_the_decision() -> None:
    five = decision(long(), interval=Interval.M5, forecast_bars=2)

    labels = labels_of(five, path(*[STILL] * 130))

    assert labels[Policy.AS_PROPOSED].left_at == at(25)
    assert labels[Policy.STANDARD].left_at == at(2 + 24 * 5)
    assert labels[Policy.HORIZON].final_at == at(10)


def test_longer_candles_label_as_well_as_they_can_and_say_so() -> None:
    hours = path(*[STILL] * 40, interval=Interval.H1)
    quarter = decision(long(), interval=Interval.M15, decided_at=at(0) + timedelta(seconds=1))

    labels = labels_of(quarter, hours)

    assert {label.resolution for label in labels.values()} == {Interval.H1}
    # The first candle it could enter at opened an hour later; 6 h after that it is over.
    standard = labels[Policy.STANDARD]
    assert (standard.filled_at, standard.left_at, standard.bars_held) == (at(60), at(420), 6)
    # As proposed 75 minutes are over at the open of the second candle after the entry's.
    assert labels[Policy.AS_PROPOSED].left_at == at(180)


def test_candles_that_do_not_close_when_the_forecast_ends_cannot_judge_it() -> None:
    hours = path(*[STILL] * 40, interval=Interval.H1)
    five_quarters = decision(interval=Interval.M15, forecast_bars=5)

    label = labels_of(five_quarters, hours)[Policy.HORIZON]

    assert (label.status, label.kind, label.missing_at) == (
        Status.INCOMPLETE,
        Kind.UNKNOWN,
        at(0),
    )


def hashes(*candles: Prices | None, **how: Any) -> dict[Policy, str]:
    mark = how.pop("mark", [STILL] * 40)
    market = path(*candles, *[STILL] * 30, mark=mark, **how)
    own = long(trigger=Trigger.MARK)
    labels = labels_of(decision(own, decided_at=at(0) + timedelta(seconds=1)), market)
    return {policy: label.data_hash for policy, label in labels.items()}


def test_the_hash_covers_every_candle_and_settlement_that_was_read_and_no_other() -> None:
    wide, closed = (100, 101, 99, 100), (100, 101, 99, 100.5)
    funded = settlements((3, 0.001))
    mark = [STILL, STILL, (100, 101, 100, 100), *[STILL] * 37]
    still = hashes(wide, wide)

    changed = {
        name: [policy for policy in Policy if other[policy] != still[policy]]
        for name, other in {
            "close of minute 0": hashes(closed, wide),
            "close of minute 1": hashes(wide, closed),
            "funding": hashes(wide, wide, funding=funded),
            "mark": hashes(wide, wide, mark=mark),
            "nothing": hashes(wide, wide, halts=[Span(since=at(32))]),
        }.items()
    }

    after_the_delay = [Policy.STANDARD, Policy.SHADOW_LONG, Policy.SHADOW_SHORT]
    assert changed == {
        # As proposed it enters in minute 1, by the standard in minute 2.
        "close of minute 0": [Policy.HORIZON],
        "close of minute 1": [Policy.AS_PROPOSED, Policy.HORIZON],
        "funding": [Policy.AS_PROPOSED, Policy.STANDARD, Policy.HORIZON, *after_the_delay[1:]],
        "mark": [Policy.AS_PROPOSED],
        "nothing": [],
    }


def test_labels_come_for_each_decision_in_the_order_of_the_policies() -> None:
    labels = label_decisions([decision(), decision(long())], path(*QUIET))

    assert [[one.policy for one in row] for row in labels] == [list(Policy)] * 2
    assert label_decisions([], path(*QUIET)) == ()


def test_decisions_on_another_symbol_are_refused() -> None:
    with pytest.raises(InvariantError, match="decisions on ETHUSDT cannot be labelled"):
        label_decisions([decision(symbol="ETHUSDT")], path(*QUIET))


def test_regret_names_the_best_of_hindsight_and_what_a_coin_would_have_earned() -> None:
    rise: Prices = (100, 106, 100, 106)
    rose = labels_of(decision(), path(STILL, STILL, rise, *QUIET))
    chopped = labels_of(decision(), path(STILL, STILL, (100, 104, 96, 100), *QUIET))
    waiting = labels_of(decision(), path(*[STILL] * 9))

    assert _regret(rose) == Regret(best=Decimal(2), random_side=Decimal("0.5"))
    assert _regret(chopped) == Regret(best=Decimal(0), random_side=Decimal(-1))
    assert _regret(waiting) is None


def test_regret_of_other_labels_is_refused() -> None:
    labels = labels_of(decision(), path(*QUIET))

    with pytest.raises(InvariantError, match="give the two shadows"):
        flat_regret(labels[Policy.SHADOW_SHORT], labels[Policy.SHADOW_LONG])


def _regret(labels: dict[Policy, Label]) -> Regret | None:
    return flat_regret(labels[Policy.SHADOW_LONG], labels[Policy.SHADOW_SHORT])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stop_atr": Decimal("0.4")}, "nearer than minimum_stop_atr"),
        ({"stop_atr": Decimal("NaN")}, "stop_atr is NaN"),
        ({"target_r": Decimal(0)}, "target_r is 0"),
        ({"delay": -MINUTE}, "the delay is 0 or more"),
        ({"horizon_bars": 0}, "the horizon at least 1 bar"),
    ],
)
def test_an_impossible_standard_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        Standard(**changes)


@pytest.mark.parametrize(
    ("made", "changes", "message"),
    [
        (decision(), {"closed_at": at(0.5)}, "bars close on the grid"),
        (decision(), {"decided_at": at(-1)}, "decisions follow"),
        (decision(), {"closed_at": at(0).replace(tzinfo=None)}, "time-zone aware"),
        (decision(), {"atr": Decimal(0)}, "atr is 0"),
        (decision(), {"close": Decimal(-1)}, "close is -1"),
        (decision(), {"forecast_bars": 0}, "at least 1 bar"),
        (long(), {"stop_loss": Decimal(0)}, "stop_loss is 0"),
        (long(), {"horizon_bars": 0}, "held at least 1 bar"),
        (LimitEntry(Decimal(9), MINUTE, Decimal(1)), {"valid_for": 0 * MINUTE}, "never fill"),
        (LimitEntry(Decimal(9), MINUTE, Decimal(1)), {"tick_size": Decimal(0)}, "tick_size is 0"),
        (Margin(Decimal(10), Decimal(0)), {"leverage": Decimal(0)}, "leverage is 0"),
        (
            Margin(Decimal(10), Decimal("0.01")),
            {"leverage": Decimal(100)},
            "liquidated at the entry",
        ),
    ],
)
def test_an_impossible_decision_is_refused(
    made: Opportunity | Proposal | LimitEntry | Margin, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvariantError, match=message):
        replace(made, **changes)
