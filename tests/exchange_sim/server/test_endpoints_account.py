"""Account endpoints: wallet, log, key."""

from decimal import Decimal

import pytest

LOG = "/v5/account/transaction-log"
WALLET = "/v5/account/wallet-balance"


def test_the_wallet_lists_usdt_and_coins_asked_for_by_name(desk) -> None:
    default = desk.get(WALLET, accountType="UNIFIED")["result"]["list"][0]
    named = desk.get(WALLET, accountType="UNIFIED", coin="BTC,USDT")["result"]["list"][0]

    assert [coin["coin"] for coin in default["coin"]] == ["USDT"]
    assert [coin["coin"] for coin in named["coin"]] == ["BTC", "USDT"]
    assert named["coin"][0]["equity"] == "0"
    assert default["totalEquity"] == default["totalAvailableBalance"] == "10000"


@pytest.mark.parametrize("kind", ["", "SPOT"])
def test_only_unified_accounts_exist(desk, kind: str) -> None:
    assert desk.get(WALLET, accountType=kind)["retCode"] == 10001


def test_the_log_adds_up_to_the_wallet(desk) -> None:
    desk.buy("0.1")
    desk.exchange.advance(desk.exchange.now_ms + 8 * 3_600_000)

    rows = desk.get(LOG, currency="USDT", limit=50)["result"]["list"]
    wallet = desk.get(WALLET, accountType="UNIFIED")["result"]["list"][0]

    assert {row["type"] for row in rows} == {"TRANSFER_IN", "TRADE", "SETTLEMENT"}
    assert sum(Decimal(row["change"]) for row in rows) == Decimal(wallet["totalWalletBalance"])
    assert rows[0]["cashBalance"] == wallet["totalWalletBalance"]
    assert [row["funding"] != "" for row in rows] == [row["type"] == "SETTLEMENT" for row in rows]


@pytest.mark.parametrize(
    ("filters", "types"),
    [
        ({"type": "TRADE"}, {"TRADE"}),
        ({"category": "linear"}, {"TRADE"}),
        ({"category": "spot"}, set()),
        ({"currency": "BTC"}, set()),
        ({}, {"TRADE", "TRANSFER_IN"}),
    ],
)
def test_the_log_is_filtered(desk, filters: dict, types: set[str]) -> None:
    desk.buy("0.1")

    rows = desk.get(LOG, **filters)["result"]["list"]

    assert {row["type"] for row in rows} == types


def test_the_log_looks_back_one_day_unless_asked(desk) -> None:
    start = desk.exchange.now_ms
    desk.exchange.advance(start + 2 * 86_400_000)

    assert desk.get(LOG)["result"]["list"] == []
    assert len(desk.get(LOG, startTime=start)["result"]["list"]) == 1


def test_fees_of_one_or_all_symbols(desk) -> None:
    one = desk.get("/v5/account/fee-rate", category="linear", symbol="ETHUSDT")
    everything = desk.get("/v5/account/fee-rate", category="linear")

    assert one["result"]["list"] == [
        {"symbol": "ETHUSDT", "takerFeeRate": "0.00055", "makerFeeRate": "0.0002"}
    ]
    assert len(everything["result"]["list"]) == 2


def test_a_key_tells_what_it_may_do(desk, reader, withdrawer) -> None:
    def rights():
        result = desk.get("/v5/user/query-api")["result"]
        return (
            result["readOnly"],
            result["permissions"]["ContractTrade"],
            result["permissions"]["Wallet"],
        )

    trading = rights()
    desk.key = reader
    reading = rights()
    desk.key = withdrawer
    withdrawing = rights()

    assert trading == (0, ["Order", "Position"], [])
    assert reading == (1, [], [])
    assert withdrawing == (0, ["Order", "Position"], ["Withdraw"])


def test_ccxt_finds_its_coin_list_and_account_kind(desk) -> None:
    assert desk.get("/v5/asset/coin/query-info")["result"] == {"rows": []}
    assert desk.get("/v5/account/info")["result"]["unifiedMarginStatus"] in {5, 6}
