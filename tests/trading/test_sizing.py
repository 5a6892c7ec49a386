"""The worst planned loss never exceeds the budget: checked in exact fractions, 100 000 times."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading import builders
from trading.costs import Costs
from trading.instruments import Instrument
from trading.positions import Direction
from trading.reasons import Reason, Refused
from trading.signals import Signal
from trading.sizing import Size, size

COSTS = Costs()
PLENTY = Decimal(10**12)


def _size(
    signal: Signal | None = None,
    instrument: Instrument | None = None,
    *,
    budget: Decimal = Decimal(100),
    largest: Decimal = PLENTY,
    costs: Costs = COSTS,
) -> Size | Refused:
    return size(
        signal or builders.signal(),
        instrument or builders.instrument(),
        costs,
        budget_usdt=budget,
        largest_notional_usdt=largest,
    )


def _exact_loss(signal: Signal, costs: Costs, quantity: Decimal) -> Fraction:
    """An independent reckoning of the worst loss, in exact rational numbers."""
    sign, fee = signal.direction.sign, Fraction(costs.taker_fraction)
    entry = Fraction(signal.entry_price) * (1 + sign * Fraction(costs.entry_slippage_bps) / 10_000)
    leave = Fraction(signal.stop_loss) * (1 - sign * Fraction(costs.exit_slippage_bps) / 10_000)
    return Fraction(quantity) * (sign * (entry - leave) + fee * (entry + leave))


def test_a_hundred_dollars_at_a_one_percent_stop() -> None:
    free = Costs(Decimal(0), Decimal(0), Decimal(0))
    assert _size(costs=free) == Size(Decimal("0.250"), Decimal(100), Decimal(10_000))


def test_costs_make_the_position_smaller() -> None:
    result = _size()
    assert isinstance(result, Size)
    # 40008 in, 39580.2 out: 427.8 on the price and 43.77351 in fees, 471.57351 for one BTC.
    assert result == Size(Decimal("0.212"), Decimal("99.97358412"), Decimal(8_480))


@pytest.mark.parametrize(
    ("instrument", "largest", "expected"),
    [
        (builders.instrument(maximum_market_quantity=Decimal("0.1")), PLENTY, "0.1"),
        (builders.instrument(maximum_quantity=Decimal("0.05")), PLENTY, "0.05"),
        (builders.instrument(), Decimal(4_000), "0.1"),
        (builders.instrument(quantity_step=Decimal("0.1")), PLENTY, "0.2"),
    ],
    ids=["market order maximum", "order maximum", "largest notional", "step"],
)
def test_other_bounds_shrink_the_quantity(
    instrument: Instrument, largest: Decimal, expected: str
) -> None:
    result = _size(instrument=instrument, largest=largest)
    assert isinstance(result, Size)
    assert result.quantity == Decimal(expected)


@pytest.mark.parametrize(
    ("instrument", "budget", "reason"),
    [
        (builders.instrument(), "0.1", Reason.RISK_MINIMUM_QUANTITY),
        (builders.instrument(), "0", Reason.RISK_MINIMUM_QUANTITY),
        (builders.instrument(), "-5", Reason.RISK_MINIMUM_QUANTITY),
        (
            builders.instrument(minimum_notional_usdt=Decimal(10_000)),
            "100",
            Reason.RISK_MINIMUM_NOTIONAL,
        ),
    ],
)
def test_less_than_the_smallest_order_is_refused(
    instrument: Instrument, budget: str, reason: Reason
) -> None:
    result = _size(instrument=instrument, budget=Decimal(budget))
    assert isinstance(result, Refused)
    assert result.reason is reason


def test_no_room_at_all_is_refused() -> None:
    result = _size(largest=Decimal(-1))
    assert isinstance(result, Refused)


def test_a_quotient_that_ends_in_nines_is_not_rounded_up() -> None:
    # In 28 digits 1/3 of the budget rounds so that three steps seem to fit.
    free = Costs(Decimal(0), Decimal(0), Decimal(0))
    budget = Decimal("1199.9999999999999999999999999999999")
    result = _size(budget=budget, costs=free)
    assert isinstance(result, Size)
    assert result.quantity == Decimal("2.999")


class _Case(NamedTuple):
    signal: Signal
    instrument: Instrument
    costs: Costs
    budget: Decimal
    largest: Decimal


def _check_invariants(case: _Case) -> bool:
    """Whether the case was given a size; its invariants hold."""
    signal, instrument, costs, budget, largest = case
    result = _size(signal, instrument, budget=budget, largest=largest, costs=costs)
    if isinstance(result, Refused):
        return False
    assert _exact_loss(signal, costs, result.quantity) <= Fraction(budget)
    assert result.quantity * signal.entry_price <= largest
    assert result.quantity % instrument.quantity_step == 0
    assert instrument.minimum_quantity <= result.quantity <= instrument.maximum_market_quantity
    assert result.notional_usdt >= instrument.minimum_notional_usdt
    one_more = result.quantity + instrument.quantity_step
    assert (
        _exact_loss(signal, costs, one_more) > Fraction(budget)
        or one_more * signal.entry_price > largest
        or one_more > instrument.maximum_market_quantity
    )
    return True


_INSTRUMENTS = [
    builders.instrument(quantity_step=Decimal(step), minimum_quantity=Decimal(step))
    for step in ("0.001", "0.01", "0.1", "1", "0.05", "10")
]


def _signal(direction: Direction, entry: Decimal, fraction: Decimal) -> Signal:
    stop = entry * (1 - direction.sign * fraction)
    target = entry * (1 + direction.sign * fraction)
    return builders.signal(
        direction=direction, entry_price=entry, stop_loss=stop, take_profit=target
    )


SIGNALS = st.builds(
    _signal,
    st.sampled_from(Direction),
    st.decimals("0.01", "200000", places=4),
    st.decimals("0.0001", "0.5", places=6),
)
COST_MODELS = st.builds(
    Costs,
    st.decimals("0", "0.01", places=6),
    st.decimals("0", "200", places=3),
    st.decimals("0", "400", places=3),
)
CASES = st.builds(
    _Case,
    SIGNALS,
    st.sampled_from(_INSTRUMENTS),
    COST_MODELS,
    st.decimals("0", "100000", places=8),
    st.decimals("0", "1000000", places=4),
)


@settings(max_examples=1_000)
@given(case=CASES)
def test_the_worst_loss_stays_within_the_budget_and_the_size_is_the_largest(case: _Case) -> None:
    _check_invariants(case)


def _seeded_case(random: Random) -> _Case:
    # Integers scaled to decimals: drawing each field by Hypothesis would take minutes.
    slippage = Decimal(random.randint(0, 200_000)).scaleb(-3)
    return _Case(
        _signal(
            random.choice((Direction.LONG, Direction.SHORT)),
            Decimal(random.randint(1, 2_000_000_000)).scaleb(-4),
            Decimal(random.randint(100, 500_000)).scaleb(-6),
        ),
        random.choice(_INSTRUMENTS),
        Costs(Decimal(random.randint(0, 10_000)).scaleb(-6), slippage, 2 * slippage),
        Decimal(random.randint(0, 10 ** random.randint(9, 15))).scaleb(-8),
        Decimal(random.randint(0, 10 ** random.randint(6, 12))).scaleb(-4),
    )


@settings(max_examples=100)
@given(seed=st.integers(0, 2**64))
def test_the_same_holds_for_a_hundred_thousand_cases(seed: int) -> None:
    random = Random(seed)
    sized = sum(_check_invariants(_seeded_case(random)) for _ in range(1_000))
    assert sized > 200, "too few cases were sized to say anything"
