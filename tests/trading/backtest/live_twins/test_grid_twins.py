"""Rounding to ticks and steps in float64 gives the desk's decimal grid points."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.backtest.live_twins import grids
from trading.instruments import Instrument

GRIDS = (
    "0.5",
    "0.05",
    "0.1",
    "0.01",
    "0.001",
    "0.0001",
    "0.0000001",
    "0.25",
    "0.2",
    "1",
    "5",
    "10",
)

_PRICES: list[tuple[Callable[[float, float], float], Callable[[Instrument, Decimal], Decimal]]] = [
    (grids.price_down, Instrument.price_down),
    (grids.price_up, Instrument.price_up),
    (grids.price_to_tick, Instrument.price_to_tick),
]
_QUANTITIES: list[
    tuple[Callable[[float, float], float], Callable[[Instrument, Decimal], Decimal]]
] = [
    (grids.quantity_down, Instrument.quantity_down),
    (grids.quantity_up, Instrument.quantity_up),
]

# Thousandths of a step: never nearer to a grid point than noise, often on it or half-way.
_THOUSANDTHS = st.integers(1, 10**9)
_STEPS = st.sampled_from(GRIDS).map(Decimal)


@pytest.mark.parametrize(("twin", "rule"), _PRICES)
@given(thousandths=_THOUSANDTHS, tick=_STEPS)
def test_prices_meet_the_decimal_tick(
    twin: Callable[[float, float], float],
    rule: Callable[[Instrument, Decimal], Decimal],
    thousandths: int,
    tick: Decimal,
) -> None:
    price = thousandths * tick / 1000
    expected = rule(builders.instrument(tick_size=tick), price)
    assert twin(float(price), float(tick)) == float(expected)


@pytest.mark.parametrize(("twin", "rule"), _QUANTITIES)
@given(thousandths=_THOUSANDTHS, step=_STEPS)
def test_quantities_meet_the_decimal_step(
    twin: Callable[[float, float], float],
    rule: Callable[[Instrument, Decimal], Decimal],
    thousandths: int,
    step: Decimal,
) -> None:
    quantity = thousandths * step / 1000
    instrument = builders.instrument(quantity_step=step, minimum_quantity=step)
    assert twin(float(quantity), float(step)) == float(rule(instrument, quantity))


@pytest.mark.parametrize("twin", [twin for twin, _ in _PRICES + _QUANTITIES])
@pytest.mark.parametrize("noise", [-1, 1])
def test_a_value_a_hair_off_the_grid_counts_as_on_it(
    twin: Callable[[float, float], float], noise: int
) -> None:
    assert twin(0.3 + noise * 1e-11, 0.1) == 0.3
    assert twin(1e9 * (1 + noise * 4e-16), 1.0) == 1e9


@pytest.mark.parametrize("twin", [twin for twin, _ in _PRICES + _QUANTITIES])
def test_a_grid_of_zero_rounds_nothing(twin: Callable[[float, float], float]) -> None:
    assert twin(0.123456789, 0.0) == 0.123456789
