"""Public trades settle what a candle leaves open."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.trading.labels.label_builders import (
    STILL,
    Prices,
    at,
    decision,
    labels_of,
    long,
    path,
    short,
)
from trading.errors import InvariantError
from trading.labels.label import Label
from trading.labels.labelling import label_decisions
from trading.labels.opportunities import Proposal, Trigger
from trading.labels.policies import Policy
from trading.labels.states import Kind
from trading.labels.ticks import Tick

WILD: Prices = (100, 107, 93, 100)


def traded(*prices: float, minute: int = 1) -> dict[object, list[Tick]]:
    """Trades a second apart in a minute."""
    ticks = [
        Tick(at(minute) + timedelta(seconds=second), Decimal(str(price)))
        for second, price in enumerate(prices)
    ]
    return {at(minute): ticks}


def settled(proposal: Proposal, *prices: float, **how: int) -> Label:
    market = path(STILL, WILD, *[STILL] * 4, mark=[STILL, WILD, *[STILL] * 4])
    labels = labels_of(decision(proposal), market, ticks=traded(*prices, **how))
    return labels[Policy.AS_PROPOSED]


@pytest.mark.parametrize(
    ("proposal", "prices", "kind", "r"),
    [
        (long(), (100, 106, 97), Kind.TARGET, 2),
        (long(), (100, 97, 106), Kind.STOP, -1),
        (short(), (100, 94, 103), Kind.TARGET, 2),
        (short(), (100, 103, 94), Kind.STOP, -1),
    ],
)
def test_trades_tell_which_came_first(
    proposal: Proposal, prices: tuple[float, ...], kind: Kind, r: int
) -> None:
    label = settled(proposal, *prices)

    assert (label.kind, label.is_ambiguous) == (kind, False)
    assert (label.r_net, label.r_worst, label.r_best) == (r, r, r)


def test_the_extremes_follow_what_came_first() -> None:
    won, lost = settled(long(), 106, 97), settled(long(), 97, 106)

    assert (won.mae_r, won.mfe_r) == (0, 2)
    assert (lost.mae_r, lost.mfe_r) == (1, 0)


@pytest.mark.parametrize("prices", [(), (100, 98, 105)], ids=["none", "between"])
def test_trades_that_reach_neither_leave_it_open(prices: tuple[float, ...]) -> None:
    label = settled(long(), *prices)

    assert (label.kind, label.is_ambiguous, label.r_best) == (Kind.STOP, True, 2)


def test_trades_of_another_minute_say_nothing() -> None:
    assert settled(long(), 106, 97, minute=2).is_ambiguous


def test_trades_are_read_in_the_order_of_time() -> None:
    late, early = traded(97, 106)[at(1)]
    market = path(STILL, WILD, *[STILL] * 4)
    turned = {at(1): [early, late]}

    label = labels_of(decision(long()), market, ticks=turned)[Policy.AS_PROPOSED]

    assert label.kind is Kind.STOP


def test_last_prices_cannot_tell_what_the_mark_price_did_first() -> None:
    assert settled(long(trigger=Trigger.MARK), 106, 97).is_ambiguous


def test_trades_that_the_terms_do_not_name_are_refused() -> None:
    with pytest.raises(InvariantError, match="name where they are from"):
        label_decisions([decision(long())], path(STILL), ticks=traded(100))


def test_a_trade_at_no_price_is_refused() -> None:
    with pytest.raises(InvariantError, match="tick price is 0"):
        Tick(at(0), Decimal(0))
