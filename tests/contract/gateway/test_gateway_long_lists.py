"""Lists longer than a page and older than a week come complete, once and in order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from adapters.bybit.gateway import BybitGateway
from tests.contract.gateway.conftest import SYMBOL, Venue, long_entry
from trading.executions import ExecutionKind
from trading.orders import Acknowledgement
from trading.risk import approve_reduction

ROUND_TRIPS = 60


def trade_round_trips(gateway: BybitGateway) -> None:
    ticker = gateway.ticker(SYMBOL)
    for number in range(ROUND_TRIPS):
        gateway.place(
            long_entry(ticker, f"at-in-{number}", stop_loss=ticker.last // 2, take_profit=None)
        )
        (position,) = gateway.positions()
        gateway.place(approve_reduction(position, None, link_id=f"at-out-{number}"))


def test_many_pages_over_more_than_a_week_add_up_to_the_wallet(venue: Venue) -> None:
    gateway = venue.gateway
    since = gateway.server_time() - timedelta(hours=1)
    trade_round_trips(gateway)
    venue.advance(timedelta(days=8))
    gateway.place(long_entry(gateway.ticker(SYMBOL), "at-last"))
    venue.advance(timedelta(hours=9))

    transactions = gateway.transactions_since(since)
    executions = gateway.executions_since(since)
    orders = gateway.order_history_since(since)

    balances = [transaction.balance_after_usdt for transaction in transactions]
    assert all(
        before + after.change_usdt == after.balance_after_usdt
        for before, after in zip(balances, transactions[1:], strict=False)
    )
    assert balances[-1] == gateway.wallet_balance().wallet_balance_usdt
    fills = [execution for execution in executions if execution.kind is ExecutionKind.TRADE]
    assert len({execution.execution_id for execution in executions}) == len(executions)
    assert len(fills) >= 2 * ROUND_TRIPS + 1
    assert ExecutionKind.FUNDING in {execution.kind for execution in executions}
    assert all(before.executed_at <= after.executed_at for before, after in pairwise(executions))
    own = [order.link_id for order in orders if order.link_id]
    assert len(own) == len(set(own)) == 2 * ROUND_TRIPS + 1


def test_twenty_threads_place_and_read_at_once(gateway: BybitGateway) -> None:
    ticker = gateway.ticker(SYMBOL)

    def place_and_find(number: int) -> bool:
        placed = gateway.place(long_entry(ticker, f"at-{number}", quantity=Decimal("0.001")))
        found = gateway.order_by_link_id(SYMBOL, f"at-{number}")
        return found is not None and placed == Acknowledgement(found.order_id, f"at-{number}")

    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(place_and_find, range(60)))
    assert gateway.positions()[0].quantity == Decimal("0.060")
