"""A call costs what its usage says, and never more than was reserved for it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import InvariantError
from trading.pricing import Price, cost, is_estimate_off, reconcile_ratio, worst_case
from trading.replies import Usage

PRICE = Price(
    input=Decimal("2.5"),
    cached=Decimal("0.25"),
    output=Decimal(15),
    image=None,
    effective_from=date(2026, 3, 5),
    version="list model date",
)
FREE = replace(PRICE, input=Decimal(0), cached=Decimal(0), output=Decimal(0))

WRITING = replace(PRICE, cache_write=Decimal("3.125"))

tokens = st.integers(0, 2_000_000)
amounts = st.decimals(0, 1_000, places=4)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    cached, new, written = sorted((draw(amounts), draw(amounts), draw(amounts)))
    surcharge = draw(st.sampled_from([None, written]))
    return replace(PRICE, input=new, cached=cached, output=draw(amounts), cache_write=surcharge)


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(input=4_500, output=2_500), "0.048750"),
        (Usage(input=4_500, output=2_500, reasoning=2_000), "0.048750"),
        (Usage(input=4_500, output=2_500, cached=1_024), "0.046446"),
        (Usage(input=1, output=0), "0.000003"),
        (Usage(input=0, output=0), "0"),
        (Usage(input=10, output=0, cached=20), "0.000005"),
    ],
)
def test_a_call_costs_its_tokens_at_their_prices_rounded_up(usage: Usage, usd: str) -> None:
    assert cost(usage, PRICE) == Decimal(usd)


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(input=4_000, output=0, cache_written=1_000), "0.010625"),
        (Usage(input=4_000, output=0, cached=1_000, cache_written=3_000), "0.009625"),
        (Usage(input=4_000, output=0), "0.010000"),
        (Usage(input=10, output=0, cache_written=20), "0.000063"),
    ],
)
def test_what_is_written_to_the_cache_costs_its_surcharge(usage: Usage, usd: str) -> None:
    assert cost(usage, WRITING) == Decimal(usd)
    assert cost(replace(usage, cached=0), PRICE) == cost(
        Usage(input=max(usage.input, usage.cache_written), output=0), PRICE
    )


def test_the_worst_case_adds_a_quarter_to_the_estimate_and_uses_all_output() -> None:
    assert worst_case(4_000, 2_500, PRICE) == Decimal("0.05")
    assert worst_case(4_000, 2_500, FREE) == 0
    assert worst_case(4_000, 0, WRITING) == Decimal("0.015625")


@given(prices(), tokens, tokens, st.data())
def test_no_usage_within_the_estimate_costs_more_than_its_worst_case(
    price: Price, estimated: int, most_output: int, data: st.DataObject
) -> None:
    billed = data.draw(st.integers(0, estimated * 5 // 4))
    cached = data.draw(st.integers(0, billed))
    written = data.draw(st.integers(0, billed - cached))
    output = data.draw(st.integers(0, most_output))
    usage = Usage(input=billed, output=output, cached=cached, cache_written=written)

    assert cost(usage, price) <= worst_case(estimated, most_output, price)


@pytest.mark.parametrize(
    ("estimated", "billed", "off"),
    [
        (1_000, 800, False),
        (1_000, 799, True),
        (1_000, 1_250, False),
        (1_000, 1_251, True),
        (0, 1_000, False),
        (1_000, 0, False),
    ],
)
def test_an_estimate_is_off_outside_four_fifths_and_five_quarters(
    estimated: int, billed: int, off: bool
) -> None:
    assert is_estimate_off(reconcile_ratio(estimated=estimated, billed=billed)) is off


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"input": Decimal(-1)}, "input price of list model date is -1"),
        ({"output": Decimal("NaN")}, "output price"),
        ({"cached": Decimal(3)}, "cached input costs 3 and new input 2.5"),
        ({"cache_write": Decimal(2)}, "written to the cache costs 2 and other input 2.5"),
        ({"version": ""}, "a price needs a version"),
    ],
)
def test_an_impossible_price_is_refused(changed: dict[str, Decimal], said: str) -> None:
    with pytest.raises(InvariantError, match=said):
        replace(PRICE, **changed)  # type: ignore[arg-type]


def test_a_negative_estimate_is_refused() -> None:
    with pytest.raises(InvariantError, match="estimated_input_tokens is -1"):
        worst_case(-1, 1, PRICE)
    with pytest.raises(InvariantError, match="max_output_tokens is -1"):
        worst_case(1, -1, PRICE)
