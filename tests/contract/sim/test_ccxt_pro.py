"""The real ccxt.pro over WebSocket: public and private streams and order entry."""

import asyncio

import ccxt.pro
import pytest

BTC = "BTC/USDT:USDT"
WAIT_S = 20


def client_of(venue):
    client = ccxt.pro.bybit(
        {
            "apiKey": venue.key,
            "secret": venue.secret,
            "enableRateLimit": False,
            "options": {"fetchMarkets": {"types": ["linear"]}},
        }
    )
    addresses = client.urls["api"]
    for name, address in addresses.items():
        if isinstance(address, str):
            addresses[name] = venue.rest
    kinds = ("spot", "inverse", "option", "linear")
    private = f"{venue.websocket}/v5/private"
    addresses["ws"]["public"] = {kind: f"{venue.websocket}/v5/public/{kind}" for kind in kinds}
    addresses["ws"]["private"] = {
        "spot": {"unified": private, "nonUnified": private},
        "contract": private,
        "usdc": private,
        "trade": f"{venue.websocket}/v5/trade",
    }
    return client


def play(venue, scene):
    """Run `scene(client)` with a loaded client and close it afterwards."""

    async def run():
        client = client_of(venue)
        try:
            await client.load_markets()
            return await asyncio.wait_for(scene(client), WAIT_S)
        finally:
            await client.close()

    return asyncio.run(run())


async def while_moving(venue, watch, minutes=1):
    """What `watch()` yields while the market moves on, minute by minute, until it does."""
    watching = asyncio.ensure_future(watch())
    while not watching.done():
        await asyncio.to_thread(venue.advance, minutes)
        await asyncio.wait({watching}, timeout=0.2)
    return watching.result()


async def while_trading(client, watch):
    """What `watch()` yields while orders are placed and taken back, until it does."""
    watching = asyncio.ensure_future(watch())
    while not watching.done():
        price = float(int((await client.fetch_ticker(BTC))["last"] * 0.97))
        placed = await client.create_order(BTC, "limit", "buy", 0.01, price)
        await client.cancel_order(placed["id"], BTC)
        await asyncio.wait({watching}, timeout=0.2)
    return watching.result()


async def while_filling(client, watch):
    """What `watch()` yields while orders are filled to and fro, until it does."""
    watching = asyncio.ensure_future(watch())
    while not watching.done():
        await client.create_order(BTC, "market", "buy", 0.01)
        await client.create_order(BTC, "market", "sell", 0.01, None, {"reduceOnly": True})
        await asyncio.wait({watching}, timeout=0.2)
    return watching.result()


def test_a_ticker_is_taken_for_a_linear_contract(venue):
    ticker = play(venue, lambda client: client.watch_ticker(BTC))

    assert ticker["symbol"] == BTC
    assert ticker["bid"] < ticker["ask"]


def test_candles_books_and_trades_arrive(venue):
    async def scene(client):
        candles = await client.watch_ohlcv(BTC, "1m")
        book = await client.watch_order_book(BTC, 50)
        trades = await while_moving(venue, lambda: client.watch_trades(BTC))
        return candles, book, trades

    candles, book, trades = play(venue, scene)

    assert len(candles[-1]) == 6
    assert book["bids"][0][0] < book["asks"][0][0]
    assert trades[0]["symbol"] == BTC


def test_a_book_stays_consistent_through_deltas(venue):
    async def scene(client):
        first = (await client.watch_order_book(BTC, 50))["timestamp"]
        for _ in range(5):
            book = await while_moving(venue, lambda: client.watch_order_book(BTC, 50))
            assert book["bids"][0][0] < book["asks"][0][0]
        return first, book["timestamp"]

    first, last = play(venue, scene)

    assert last > first


def test_orders_are_pushed_after_login(venue):
    async def scene(client):
        return await while_trading(client, lambda: client.watch_orders(BTC))

    orders = play(venue, scene)

    assert orders[-1]["symbol"] == BTC
    assert orders[-1]["status"] in {"open", "canceled"}


@pytest.mark.parametrize("topic", ["watch_my_trades", "watch_positions", "watch_balance"])
def test_fills_positions_and_balance_are_pushed(venue, topic):
    async def scene(client):
        pushed = None
        while not pushed:  # positions begin with a snapshot, which is empty
            pushed = await while_filling(client, getattr(client, topic))
        return pushed

    pushed = play(venue, scene)

    if topic == "watch_balance":
        assert pushed["USDT"]["total"] > 9_000
    else:
        assert pushed[-1]["symbol"] == BTC


def test_orders_go_in_over_the_trade_socket(venue):
    async def scene(client):
        price = float(int((await client.fetch_ticker(BTC))["last"] * 0.97))
        created = await client.create_order_ws(BTC, "limit", "buy", 0.01, price)
        await client.edit_order_ws(created["id"], BTC, "limit", "buy", 0.02, price)
        await client.cancel_order_ws(created["id"], BTC)
        return await client.fetch_order(created["id"], BTC, {"acknowledged": True})

    order = play(venue, scene)

    assert (order["status"], order["amount"]) == ("canceled", 0.02)


def test_a_wrong_secret_cannot_listen(venue):
    async def scene(client):
        client.secret = "wrong"
        with pytest.raises(ccxt.AuthenticationError):
            await client.watch_orders(BTC)

    play(venue, scene)
