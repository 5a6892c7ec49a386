from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.errors import InvariantError
from trading.executions import Execution, ExecutionKind
from trading.orders import Side
from trading.performance import Drawdown, RoundTrip, Summary, max_drawdown, round_trip, summarise
from trading.positions import Direction

BUY = builders.execution()
SELL = builders.execution(side=Side.SELL, price=Decimal(41_000), fee_usdt=Decimal("2.255"))
FUNDING = builders.execution(
    kind=ExecutionKind.FUNDING, side=Side.BUY, fee_usdt=Decimal("0.4"), quantity=Decimal("0.1")
)


def _trip(executions: list[Execution], direction: Direction = Direction.LONG) -> RoundTrip:
    return round_trip(direction, executions, planned_risk_usdt=Decimal(50))


def test_a_long_round_trip_with_fees_and_funding() -> None:
    trip = _trip([BUY, FUNDING, SELL])
    assert trip == RoundTrip(
        symbol="BTCUSDT",
        direction=Direction.LONG,
        quantity=Decimal("0.1"),
        entry_price=Decimal(40_000),
        exit_price=Decimal(41_000),
        gross_usdt=Decimal(100),
        fees_usdt=Decimal("4.455"),
        funding_usdt=Decimal("-0.4"),
        r_multiple=Decimal("1.9029"),
    )
    assert trip.net_usdt == Decimal("95.145")


def test_a_short_earns_when_the_price_falls() -> None:
    assert _trip([SELL, BUY], Direction.SHORT).gross_usdt == 100
    assert _trip([BUY, SELL], Direction.SHORT).gross_usdt == 100


def test_received_funding_adds_to_the_result() -> None:
    received = replace(FUNDING, fee_usdt=Decimal("-0.4"))
    assert _trip([BUY, received, SELL]).net_usdt == Decimal("95.945")


def test_partial_fills_are_averaged_by_quantity() -> None:
    more = replace(BUY, price=Decimal(43_000), quantity=Decimal("0.2"))
    leave = replace(SELL, quantity=Decimal("0.3"))
    trip = _trip([BUY, more, leave])
    assert (trip.entry_price, trip.quantity) == (Decimal(42_000), Decimal("0.3"))
    assert trip.gross_usdt == Decimal(-300)


def test_without_a_planned_risk_there_is_no_r() -> None:
    assert round_trip(Direction.LONG, [BUY, SELL], planned_risk_usdt=None).r_multiple is None


@pytest.mark.parametrize(
    ("executions", "message"),
    [
        ([], "exactly one"),
        ([BUY, replace(SELL, symbol="ETHUSDT")], "exactly one"),
        ([BUY], "opened 0.1 but closed 0"),
        ([BUY, SELL, SELL], "opened 0.1 but closed 0.2"),
        ([FUNDING], "opened 0 but closed 0"),
    ],
)
def test_what_is_no_round_trip_is_refused(executions: list[Execution], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        _trip(executions)


def test_the_planned_risk_is_positive() -> None:
    with pytest.raises(InvariantError, match="planned_risk_usdt"):
        round_trip(Direction.LONG, [BUY, SELL], planned_risk_usdt=Decimal(0))


def _result(net: int, **changes: Any) -> RoundTrip:
    fields: dict[str, Any] = {
        "gross_usdt": Decimal(net),
        "fees_usdt": Decimal(0),
        "funding_usdt": Decimal(0),
        "r_multiple": Decimal(net) / 50,
    }
    return replace(_trip([BUY, SELL]), **(fields | changes))


def test_a_summary_of_wins_and_losses() -> None:
    trips = [_result(100), _result(-50), _result(0), _result(20, r_multiple=None)]
    assert summarise(trips) == Summary(
        trades=4,
        wins=2,
        net_usdt=Decimal(70),
        fees_usdt=Decimal(0),
        funding_usdt=Decimal(0),
        win_rate=Decimal("0.5"),
        average_r=Decimal(1) / 3,
        profit_factor=Decimal("2.4"),
    )


def test_a_summary_of_nothing_claims_nothing() -> None:
    zero = Decimal(0)
    assert summarise([]) == Summary(0, 0, zero, zero, zero, None, None, None)


def test_without_losses_there_is_no_profit_factor() -> None:
    assert summarise([_result(10)]).profit_factor is None


@pytest.mark.parametrize(
    ("equity", "expected"),
    [
        ([], (0, "0")),
        ([100], (0, "0")),
        ([100, 110, 120], (0, "0")),
        ([100, 80, 90], (20, "0.2")),
        # The larger fall in USDT is the smaller one as a fraction.
        ([100, 50, 1000, 900], (100, "0.5")),
        ([100, 50, 200, 150, 120], (80, "0.5")),
    ],
)
def test_the_drawdown_is_the_deepest_fall_from_a_high(
    equity: list[int], expected: tuple[int, str]
) -> None:
    usdt, fraction = expected
    found = max_drawdown(Decimal(value) for value in equity)
    assert found == Drawdown(Decimal(usdt), Decimal(fraction))


def test_a_drawdown_from_nothing_is_refused() -> None:
    with pytest.raises(InvariantError, match="first equity"):
        max_drawdown([Decimal(0), Decimal(1)])


@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=12))
def test_no_pair_of_equities_falls_deeper_than_the_drawdown(values: list[int]) -> None:
    found = max_drawdown(Decimal(value) for value in values)
    deepest = max(high - low for index, high in enumerate(values) for low in values[index:])
    assert found.largest_usdt == deepest
