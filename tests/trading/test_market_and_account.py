"""The small values of market.py, account.py, executions.py and errors.py."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from tests.trading import builders
from tests.trading.builders import NOW
from trading.account import Transaction, TransactionKind, Wallet
from trading.errors import ExchangeOutcomeUnknownError, InvariantError
from trading.executions import ExecutionKind


def test_spread_is_measured_in_basis_points_of_the_middle() -> None:
    ticker = builders.ticker(bid=Decimal(9_999), ask=Decimal(10_001))
    assert ticker.spread_bps == Decimal(2)


@pytest.mark.parametrize("name", ["last", "mark", "index", "bid", "ask"])
def test_ticker_prices_are_positive(name: str) -> None:
    with pytest.raises(InvariantError, match=name):
        builders.ticker(**{name: Decimal(0)})


@pytest.mark.parametrize("kind", list(ExecutionKind))
def test_only_funding_leaves_the_position_alone(kind: ExecutionKind) -> None:
    assert kind.moves_position is (kind is not ExecutionKind.FUNDING)


def test_executions_need_a_price() -> None:
    with pytest.raises(InvariantError, match="execution price"):
        builders.execution(price=Decimal(0))


NAIVE = datetime(2024, 1, 1)  # noqa: DTZ001 - the mistake under test


def test_wallets_and_transactions_refuse_naive_times() -> None:
    zero = Decimal(0)
    wallet = Wallet(zero, zero, zero, zero, zero, zero, NOW)
    row = Transaction("1", TransactionKind.TRADE, "BTCUSDT", zero, zero, zero, zero, zero, NOW)
    with pytest.raises(InvariantError, match="taken_at"):
        replace(wallet, taken_at=NAIVE)
    with pytest.raises(InvariantError, match="happened_at"):
        replace(row, happened_at=NAIVE)


def test_exchange_errors_carry_the_code() -> None:
    error = ExchangeOutcomeUnknownError("no answer after 10 s", code=10000)
    assert (str(error), error.code) == ("no answer after 10 s", 10000)
