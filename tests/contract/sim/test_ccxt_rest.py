"""The real ccxt over REST: a second, independent reading of the protocol."""

import ccxt
import pytest

BTC = "BTC/USDT:USDT"


@pytest.fixture(scope="module")
def exchange(venue):
    client = ccxt.bybit(
        {
            "apiKey": venue.key,
            "secret": venue.secret,
            "enableRateLimit": False,
            "options": {"fetchMarkets": {"types": ["linear"]}},
        }
    )
    for name, address in client.urls["api"].items():
        if isinstance(address, str):
            client.urls["api"][name] = venue.rest
    client.session.trust_env = False
    client.load_markets()
    yield client
    client.session.close()


@pytest.fixture(autouse=True)
def flat(exchange):
    """Each test starts and ends without orders and positions."""
    yield
    exchange.cancel_all_orders(BTC)
    for position in exchange.fetch_positions([BTC]):
        if position["contracts"]:
            side = "sell" if position["side"] == "long" else "buy"
            amount = position["contracts"]
            exchange.create_order(BTC, "market", side, amount, params={"reduceOnly": True})


def below(exchange):
    return float(int(exchange.fetch_ticker(BTC)["last"] * 0.97))


def order(exchange, order_id):
    return exchange.fetch_order(order_id, BTC, {"acknowledged": True})


def test_markets_carry_grids_and_limits(exchange):
    market = exchange.market(BTC)

    assert market["linear"]
    assert market["swap"]
    assert market["precision"]["amount"] > 0
    assert market["limits"]["cost"]["min"] == 5
    assert sorted(exchange.symbols) == ["BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"]


def test_time_candles_and_ticker_agree(exchange, venue):
    candles = exchange.fetch_ohlcv(BTC, "5m", limit=10)
    ticker = exchange.fetch_ticker(BTC)

    assert exchange.fetch_time() == venue.now_ms
    assert len(candles) == 10
    assert candles[-1][0] <= venue.now_ms < candles[-1][0] + 300_000
    assert candles[-1][4] == ticker["last"]
    assert ticker["bid"] < ticker["ask"]


def test_the_public_market_endpoints_are_understood(exchange):
    book = exchange.fetch_order_book(BTC, 50)
    trades = exchange.fetch_trades(BTC, limit=5)
    funding = exchange.fetch_funding_rate_history(BTC, limit=3)
    rate = exchange.fetch_funding_rate(BTC)
    tiers = exchange.fetch_market_leverage_tiers(BTC)

    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(trades) == 5
    assert len(funding) == 3
    assert rate["fundingRate"] is not None
    assert tiers[0]["maintenanceMarginRate"] < tiers[-1]["maintenanceMarginRate"]


def test_the_balance_is_the_unified_wallet(exchange):
    balance = exchange.fetch_balance()

    assert balance["USDT"]["total"] > 9_000
    assert balance["info"]["result"]["list"][0]["accountType"] == "UNIFIED"


def test_a_market_order_makes_a_position_and_trades(exchange):
    created = exchange.create_order(BTC, "market", "buy", 0.01)

    filled = order(exchange, created["id"])
    position = exchange.fetch_position(BTC)
    trades = exchange.fetch_my_trades(BTC, limit=1)

    assert (filled["status"], filled["filled"], filled["remaining"]) == ("closed", 0.01, 0.0)
    assert (position["side"], position["contracts"]) == ("long", 0.01)
    assert position["entryPrice"] == pytest.approx(filled["average"])
    assert trades[0]["order"] == created["id"]
    assert trades[0]["fee"]["cost"] > 0
    assert trades[0]["takerOrMaker"] == "taker"


def test_a_limit_order_is_edited_and_cancelled(exchange):
    price = below(exchange)
    created = exchange.create_order(BTC, "limit", "buy", 0.01, price, {"clientOrderId": "ccxt-1"})

    open_orders = exchange.fetch_open_orders(BTC)
    exchange.edit_order(created["id"], BTC, "limit", "buy", 0.02, price - 100)
    edited = order(exchange, created["id"])
    exchange.cancel_order(created["id"], BTC)
    closed = exchange.fetch_canceled_orders(BTC, limit=5)

    assert [one["clientOrderId"] for one in open_orders] == ["ccxt-1"]
    assert (edited["amount"], edited["price"]) == (0.02, price - 100)
    assert created["id"] in {one["id"] for one in closed}


def test_attached_protection_shows_in_the_position(exchange):
    price = exchange.fetch_ticker(BTC)["last"]
    protection = {
        "takeProfit": {"triggerPrice": float(int(price * 1.05))},
        "stopLoss": {"triggerPrice": float(int(price * 0.95))},
    }

    exchange.create_order(BTC, "market", "buy", 0.01, params=protection)

    position = exchange.fetch_position(BTC)
    assert position["stopLossPrice"] == float(int(price * 0.95))
    assert position["takeProfitPrice"] == float(int(price * 1.05))
    assert len(exchange.fetch_open_orders(BTC, params={"trigger": True})) == 2


def test_a_conditional_order_waits_for_its_price(exchange):
    price = exchange.fetch_ticker(BTC)["last"]
    terms = {"triggerPrice": float(int(price * 1.04)), "triggerDirection": "ascending"}

    created = exchange.create_order(BTC, "market", "buy", 0.01, params=terms)

    assert order(exchange, created["id"])["info"]["orderStatus"] == "Untriggered"


def test_leverage_and_position_mode_are_set(exchange):
    exchange.set_leverage(6, BTC)

    assert exchange.fetch_leverage(BTC)["longLeverage"] == 6
    with pytest.raises(ccxt.BadRequest, match="110043"):
        exchange.set_leverage(6, BTC)
    with pytest.raises(ccxt.NoChange):
        exchange.set_position_mode(False, BTC)


def test_the_ledger_and_closed_results_are_understood(exchange):
    exchange.create_order(BTC, "market", "buy", 0.01)
    exchange.create_order(BTC, "market", "sell", 0.01, params={"reduceOnly": True})

    ledger = exchange.fetch_ledger("USDT", limit=5)
    closed = exchange.fetch_positions_history([BTC], limit=1)

    assert {entry["type"] for entry in ledger} >= {"trade"}
    assert float(closed[0]["info"]["closedPnl"]) < 0


def test_orders_come_back_page_by_page(exchange):
    price = below(exchange)
    placed = [exchange.create_order(BTC, "limit", "buy", 0.01, price)["id"] for _ in range(5)]

    seen, cursor = [], ""
    for _ in range(10):
        rows = exchange.fetch_open_orders(
            BTC, limit=2, params={"cursor": cursor} if cursor else {}
        )
        seen += [row["id"] for row in rows]
        # ccxt leaves the cursor of the next page in the rows it read.
        cursor = rows[0]["info"].get("nextPageCursor")
        if not cursor:
            break

    assert sorted(seen) == sorted(placed)


@pytest.mark.parametrize(
    ("error", "terms"),
    [
        (ccxt.InsufficientFunds, (BTC, "market", "buy", 90)),
        (ccxt.InvalidOrder, (BTC, "market", "sell", 0.01, None, {"reduceOnly": True})),
    ],
)
def test_refusals_become_the_errors_ccxt_users_know(exchange, error, terms):
    with pytest.raises(error):
        exchange.create_order(*terms)


def test_a_link_id_used_twice_is_an_invalid_order(exchange):
    price = below(exchange)
    once = {"clientOrderId": "ccxt-once"}
    exchange.create_order(BTC, "limit", "buy", 0.01, price, once)

    with pytest.raises(ccxt.InvalidOrder, match="110072"):
        exchange.create_order(BTC, "limit", "buy", 0.01, price, once)


def test_cancelling_what_is_not_there_is_an_order_not_found(exchange):
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order("nothing", BTC)


def test_the_venue_says_that_it_is_well(exchange):
    status = exchange.fetch_status()
    assert (status["status"], status["eta"]) == ("ok", None)
