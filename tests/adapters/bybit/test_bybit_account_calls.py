"""The account's money as the gateway gives it: complete, once, in order."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.bybit.gateway import BybitGateway
from adapters.bybit.parsing import moment_of_ms, ms_of_moment
from tests.adapters.bybit import payloads
from tests.adapters.bybit.scripted_exchange import (
    ANSWERED_AT_MS,
    Reply,
    ScriptedExchange,
    Seen,
    listed,
    ok,
)
from trading.account import FeeRates
from trading.errors import BadDataError

LOG = "/v5/account/transaction-log"
NOW = moment_of_ms(ANSWERED_AT_MS)
TODAY = datetime(2023, 11, 14, tzinfo=UTC)


def test_the_wallet_is_as_old_as_the_answer(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script("/v5/account/wallet-balance", listed(payloads.WALLET))

    wallet = gateway.wallet_balance()

    assert wallet.equity_usdt == Decimal("10050.25")
    assert wallet.taken_at == moment_of_ms(ANSWERED_AT_MS)
    assert exchange.seen[0].query == {"accountType": "UNIFIED", "coin": "USDT"}


def test_an_account_the_exchange_does_not_list_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script("/v5/account/wallet-balance", listed())

    with pytest.raises(BadDataError, match="wallet: the exchange's answer lists nothing"):
        gateway.wallet_balance()


def test_transactions_of_many_weeks_come_once_and_in_order(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    def one_a_day(seen: Seen) -> object:
        start, end = int(seen.query["startTime"]), int(seen.query["endTime"])
        day = 24 * 3600 * 1000
        stamps = range(end // day * day, start - 1, -day)
        return listed(
            *[
                payloads.TRANSACTION | {"transactionTime": str(stamp), "tradeId": str(stamp)}
                for stamp in stamps
            ]
        )

    exchange.compute(LOG, one_a_day)  # type: ignore[arg-type]

    transactions = gateway.transactions_since(NOW - timedelta(days=30))

    days = [
        transaction.happened_at for transaction in transactions if transaction.happened_at <= NOW
    ]
    assert days == [TODAY - timedelta(days=29 - day) for day in range(30)]
    assert len(exchange.calls(LOG)) == 5


def test_every_page_of_transactions_is_asked_for_with_the_cursor_as_it_came(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    newest = payloads.TRANSACTION | {"tradeId": "2", "transactionTime": "1672128000000"}
    exchange.script(
        LOG,
        listed(newest, payloads.TRANSACTION, cursor="21963%3A1%2C14954%3A1"),
        listed(payloads.TRANSACTION, cursor="21963%3A1%2C14954%3A1"),
    )

    transactions = gateway.transactions_since(NOW - timedelta(days=1))

    assert [transaction.execution_id for transaction in transactions] == [
        payloads.TRANSACTION["tradeId"],
        "2",
    ]
    assert "cursor=21963%3A1%2C14954%3A1" in exchange.calls(LOG)[1].raw_query
    assert exchange.calls(LOG)[0].query["limit"] == "50"


def test_transactions_of_one_millisecond_keep_the_exchange_s_order(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    rows = [payloads.TRANSACTION | {"tradeId": name} for name in ("z-last", "m", "a-first")]
    exchange.script(LOG, listed(*reversed(rows)))

    transactions = gateway.transactions_since(NOW - timedelta(hours=1))

    assert [item.execution_id for item in transactions] == ["z-last", "m", "a-first"]


def test_the_log_is_asked_for_all_of_the_usdt_and_not_only_contracts(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(LOG, listed())

    assert gateway.transactions_since(NOW) == []
    assert "category" not in exchange.calls(LOG)[0].query
    assert exchange.calls(LOG)[0].query["currency"] == "USDT"


def test_a_list_that_reaches_the_present_is_asked_for_once_and_no_clock_is(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(LOG, listed())

    gateway.transactions_since(NOW - timedelta(days=6))

    assert [seen.path for seen in exchange.seen] == [LOG]


def test_what_happened_in_the_last_moment_is_inside(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    since = NOW - timedelta(days=7)
    exchange.script(LOG, listed())

    gateway.transactions_since(since)

    ends = [int(seen.query["endTime"]) for seen in exchange.calls(LOG)]
    assert ends[0] == ANSWERED_AT_MS - 1 < ANSWERED_AT_MS <= ends[1]
    assert len(ends) == 2


def test_an_exchange_that_lives_years_ahead_is_not_asked_for_ever(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(LOG, listed(time_ms=ms_of_moment(NOW + timedelta(days=4000))))

    with pytest.raises(BadDataError, match="lies years after"):
        gateway.transactions_since(NOW)


def test_an_answer_without_its_time_is_no_whole_list(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    body = {"retCode": 0, "retMsg": "OK", "result": {"list": [], "nextPageCursor": ""}}
    exchange.script(LOG, Reply(json.dumps(body).encode()))

    with pytest.raises(BadDataError, match="the exchange's answer has no time"):
        gateway.transactions_since(NOW)


def test_closed_pnl_comes_oldest_first_and_once(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    older = payloads.CLOSED_PNL | {"updatedTime": "1672214880000", "orderId": "older"}
    exchange.script(
        "/v5/position/closed-pnl", listed(payloads.CLOSED_PNL, payloads.CLOSED_PNL, older)
    )

    results = gateway.closed_pnl(NOW - timedelta(days=1))

    assert [result.order_id for result in results] == ["older", payloads.CLOSED_PNL["orderId"]]


def test_fees_of_a_symbol_are_fractions(exchange: ScriptedExchange, gateway: BybitGateway) -> None:
    row = {"symbol": "ETHUSDT", "takerFeeRate": "0.00055", "makerFeeRate": "-0.0001"}
    exchange.script("/v5/account/fee-rate", listed(row))

    assert gateway.fee_rates("ETHUSDT") == FeeRates(
        taker=Decimal("0.00055"), maker=Decimal("-0.0001")
    )


def test_a_key_that_may_withdraw_is_known(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(
        "/v5/user/query-api", ok(payloads.KEY | {"permissions": {"Wallet": ["Withdraw"]}})
    )

    assert gateway.key_permissions().may_withdraw
