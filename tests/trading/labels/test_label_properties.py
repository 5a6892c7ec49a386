"""What holds for every label, whatever the market and the trade."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading.labels.label_builders import FREE, labels_of
from trading.costs import Costs
from trading.labels.label import Label
from trading.labels.label_costs import LabelCosts
from trading.labels.opportunities import Proposal
from trading.labels.plain_held import PlainCandle
from trading.labels.policies import Policy
from trading.labels.random_paths import RandomMarket, draw_markets
from trading.labels.selftest import path_of
from trading.labels.states import ENTERED, Kind
from trading.positions import Direction

Candles = Mapping[datetime, PlainCandle]
Labels = dict[Policy, Label]
AXIS = Decimal(200)
"""Twice the price in which a market is mirrored."""

TRADES = (Policy.AS_PROPOSED, Policy.STANDARD, Policy.SHADOW_LONG, Policy.SHADOW_SHORT)


def drawn(seed: int, *, place: int = 0) -> RandomMarket:
    """A market of the self-test, without a margin."""
    *_, market = draw_markets(np.random.default_rng(seed), place + 1)
    proposal = market.opportunity.proposal
    if proposal is None:
        return market
    lent = replace(proposal, margin=None)
    return replace(market, opportunity=replace(market.opportunity, proposal=lent))


def labels(market: RandomMarket, costs: LabelCosts = FREE) -> Labels:
    return labels_of(market.opportunity, path_of([market]), costs=costs)


def costing(fee: int = 0, entry: int = 0, leave: int = 0) -> LabelCosts:
    """A fee and slippage in basis points."""
    fraction = Decimal(fee) / 10_000
    return LabelCosts(Costs(fraction, Decimal(entry), Decimal(leave)), fraction)


few = settings(max_examples=30)
seeds = st.integers(0, 2**32 - 1)
bps = st.integers(0, 100)


def mirrored(market: RandomMarket) -> RandomMarket:
    """The same market upside down, where the opposite was decided; without funding."""
    one = market.opportunity
    turned = replace(
        one,
        close=AXIS - one.close,
        reference_price=AXIS - one.reference_price,
        proposal=None if one.proposal is None else turn(one.proposal),
    )
    return RandomMarket(upside_down(market.last), upside_down(market.mark), (), turned)


def upside_down(candles: Candles) -> dict[datetime, PlainCandle]:
    return {
        moment: PlainCandle(AXIS - one.open, AXIS - one.low, AXIS - one.high, AXIS - one.close)
        for moment, one in candles.items()
    }


def turn(one: Proposal) -> Proposal:
    other = Direction.SHORT if one.direction is Direction.LONG else Direction.LONG
    limit = one.limit and replace(one.limit, price=AXIS - one.limit.price)
    return replace(
        one,
        direction=other,
        stop_loss=AXIS - one.stop_loss,
        take_profit=AXIS - one.take_profit,
        limit=limit,
    )


def what_happened(label: Label) -> tuple[object, ...]:
    return (label.status, label.kind, label.filled_at, label.left_at, label.is_ambiguous)


def in_r(label: Label) -> tuple[Decimal, ...]:
    return (label.r_net, label.r_worst, label.r_best, label.mae_r, label.mfe_r)


@few
@given(seeds)
def test_a_short_in_the_mirror_is_a_long(seed: int) -> None:
    market = replace(drawn(seed), funding=())
    here, there = labels(market), labels(mirrored(market))
    there[Policy.SHADOW_LONG], there[Policy.SHADOW_SHORT] = (
        there[Policy.SHADOW_SHORT],
        there[Policy.SHADOW_LONG],
    )

    for policy in TRADES:
        assert what_happened(here[policy]) == what_happened(there[policy])
        assert in_r(here[policy]) == in_r(there[policy])
    assert here[Policy.HORIZON].r_net == -there[Policy.HORIZON].r_net


@few
@given(seeds, bps, bps)
def test_fees_change_no_end_and_never_make_it_better(seed: int, less: int, more: int) -> None:
    market, (low, high) = drawn(seed), sorted([less, more])
    cheap, dear = labels(market, costing(fee=low)), labels(market, costing(fee=high))

    for policy in Policy:
        assert what_happened(cheap[policy]) == what_happened(dear[policy])
        assert cheap[policy].r_worst >= dear[policy].r_worst
        assert cheap[policy].r_best >= dear[policy].r_best


@few
@given(seeds, bps, bps)
def test_slippage_of_the_exit_never_makes_it_better(seed: int, less: int, more: int) -> None:
    market, (low, high) = drawn(seed), sorted([less, more])
    calm, wild = labels(market, costing(leave=low)), labels(market, costing(leave=high))

    for policy in Policy:
        assert what_happened(calm[policy]) == what_happened(wild[policy])
        assert calm[policy].r_net >= wild[policy].r_net


@few
@given(seeds, bps, bps)
def test_slippage_of_the_entry_never_earns_money(seed: int, less: int, more: int) -> None:
    market, (low, high) = drawn(seed), sorted([less, more])
    calm, wild = labels(market, costing(entry=low)), labels(market, costing(entry=high))

    for policy in TRADES:
        # So far that it would fill beyond the target, it is no trade.
        if wild[policy].kind is not Kind.INVALID_AT_FILL:
            assert what_happened(calm[policy]) == what_happened(wild[policy])
            # Not in R: the unit grows with the distance to the stop.
            assert in_money(calm[policy]) >= in_money(wild[policy]) - Decimal("1e-8")


def in_money(label: Label) -> Decimal:
    if label.fill is None or label.stop is None:
        return Decimal(0)
    return label.r_net * abs(label.fill - label.stop)


@few
@given(seeds)
def test_bounds_hold_the_value_and_extremes_hold_the_exit(seed: int) -> None:
    for policy, label in labels(drawn(seed)).items():
        assert label.r_worst == label.r_net <= label.r_best
        assert label.is_ambiguous or label.r_worst == label.r_best
        if policy is not Policy.HORIZON:
            assert label.mae_r >= 0
            assert label.mfe_r >= 0
        if label.kind in ENTERED:
            assert -label.mae_r <= label.r_gross <= label.mfe_r


@few
@given(seeds, st.integers(-40, 40))
def test_nothing_that_comes_after_a_label_is_final_can_change_it(seed: int, moved: int) -> None:
    market = drawn(seed)
    before = labels(market)

    for policy, label in before.items():
        if label.final_at is not None:
            changed = later_moved(market, label.final_at, moved)
            assert labels(changed)[policy] == label


def later_moved(market: RandomMarket, since: datetime, ticks: int) -> RandomMarket:
    """All prices from `since` on higher by so many quarters."""

    def moved(candles: Candles) -> dict[datetime, PlainCandle]:
        more = Decimal(ticks) / 4
        return {
            moment: PlainCandle(*(price + more for price in one)) if moment >= since else one
            for moment, one in candles.items()
        }

    return replace(market, last=moved(market.last), mark=moved(market.mark))


@few
@given(seeds)
def test_a_label_does_not_depend_on_how_much_else_is_known(seed: int) -> None:
    first, last = drawn(seed), drawn(seed, place=1)

    alone = labels_of(last.opportunity, path_of([last]))
    among = labels_of(last.opportunity, path_of([first, last]))

    assert among == alone


@few
@given(seeds, st.integers(0, 99))
def test_the_hash_changes_with_every_candle_that_was_read(seed: int, which: int) -> None:
    market = drawn(seed)
    label = labels(market)[Policy.HORIZON]

    if label.final_at is not None:
        since = market.opportunity.closed_at
        read = [moment for moment in market.last if since <= moment < label.final_at]
        one = read[which % len(read)]
        moved = market.last | {one: PlainCandle(*(price + 1 for price in market.last[one]))}
        again = labels(replace(market, last=moved))[Policy.HORIZON]
        assert again.data_hash != label.data_hash
