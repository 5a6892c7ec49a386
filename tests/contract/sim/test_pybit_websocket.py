"""The real pybit 5.17 over WebSocket: public and private streams and the trade socket."""

import copy
import queue
import socket
from decimal import Decimal

import pytest
from pybit.unified_trading import HTTP, WebSocket, WebSocketTrading

WAIT_S = 20
ORDER = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "qty": "0.01"}

# websocket-client leaves the socket of a closed connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


class Loopback:
    """Redirects pybit's sockets to the venue; reconnects already come with the final URL."""

    base = ""

    def _connect(self, url):
        if url.startswith("wss://{SUBDOMAIN}"):
            url = self.base + url[url.index("/v5") :]
        super()._connect(url)


class LoopbackWebSocket(Loopback, WebSocket):
    """Public and private streams."""


class LoopbackTrading(Loopback, WebSocketTrading):
    """Order entry."""


class Pushes:
    """A callback that keeps what it is called with."""

    def __init__(self):
        self._queue = queue.Queue()

    def __call__(self, message):
        # pybit hands out the same book and ticker every time and goes on changing them.
        self._queue.put(copy.deepcopy(message))

    def next(self, wanted=lambda message: True):
        """The next message that is `wanted`."""
        while True:
            message = self._queue.get(timeout=WAIT_S)
            if wanted(message):
                return message

    def rows(self, wanted):
        """The first row of a later message that is `wanted`."""
        return next(
            row for message in iter(self.next, None) for row in message["data"] if wanted(row)
        )


def connected(build, venue, *arguments, **options):
    Loopback.base = venue.websocket
    client = build(*arguments, testnet=False, restart_on_error=False, **options)
    yield client
    # exit() alone would leave the reader thread asleep until its ping times out.
    client.ws.sock.sock.shutdown(socket.SHUT_RDWR)
    client.wst.join(WAIT_S)


@pytest.fixture
def public(venue):
    yield from connected(LoopbackWebSocket, venue, "linear")


@pytest.fixture
def private(venue):
    key = {"api_key": venue.key, "api_secret": venue.secret, "private_auth_expire": 10}
    yield from connected(LoopbackWebSocket, venue, "private", **key)


@pytest.fixture
def trading(venue):
    key = {"api_key": venue.key, "api_secret": venue.secret, "private_auth_expire": 10}
    yield from connected(LoopbackTrading, venue, **key)


@pytest.fixture
def http(venue):
    session = HTTP(api_key=venue.key, api_secret=venue.secret)
    session.endpoint = venue.rest
    session.client.trust_env = False
    yield session
    session.cancel_all_orders(category="linear", settleCoin="USDT")
    for row in session.get_positions(category="linear", settleCoin="USDT")["result"]["list"]:
        session.place_order(**ORDER | {"side": "Sell", "qty": row["size"]}, orderType="Market")
    session.client.close()


def test_candles_are_pushed_and_confirmed_once_when_they_close(public, venue):
    pushes = Pushes()
    public.kline_stream(interval=1, symbol="BTCUSDT", callback=pushes)
    first = pushes.next()["data"][0]
    venue.advance(minutes=3)

    confirmed = [pushes.rows(lambda row: row["confirm"]) for _ in range(3)]

    starts = [row["start"] for row in confirmed]
    assert starts == [first["start"] + 60_000 * step for step in range(3)]
    assert all(row["end"] == row["start"] + 59_999 for row in confirmed)
    assert all(isinstance(row["close"], str) for row in confirmed)


def test_tickers_begin_with_a_snapshot_and_follow_the_market(public, venue):
    pushes = Pushes()
    public.ticker_stream(symbol="BTCUSDT", callback=lambda m: pushes(m | {"data": [m["data"]]}))
    first = pushes.next()["data"][0]
    venue.advance(minutes=2)

    later = pushes.next(lambda message: message["ts"] >= venue.now_ms - 60_000)

    assert first["openInterestValue"]
    assert first["symbol"] == "BTCUSDT"
    assert later["type"] == "snapshot"  # pybit merges deltas into it
    assert later["data"][0]["openInterestValue"]
    assert later["data"][0] != first


@pytest.mark.parametrize("depth", [1, 50, 200, 1000])
def test_books_survive_pybits_own_merging(public, venue, depth):
    pushes = Pushes()
    public.orderbook_stream(
        depth=depth, symbol="ETHUSDT", callback=lambda m: pushes(m | {"data": [m["data"]]})
    )
    first = pushes.next()
    venue.advance(minutes=3)
    later = pushes.next(lambda message: message["ts"] >= venue.now_ms - 60_000)
    book = later["data"][0]

    assert len(first["data"][0]["b"]) == depth
    assert Decimal(book["b"][0][0]) < Decimal(book["a"][0][0])
    assert public.is_connected()


def test_public_trades_are_pushed_as_they_happen(public, venue):
    pushes = Pushes()
    public.trade_stream(symbol="SOLUSDT", callback=pushes)

    def trade():
        # The acknowledgement may come after the market moved: move it until something is heard.
        for _ in range(20):
            venue.advance(minutes=1)
            try:
                return pushes._queue.get(timeout=1)
            except queue.Empty:
                continue
        pytest.fail("no trade was pushed")

    row = trade()["data"][0]

    assert row["s"] == "SOLUSDT"
    assert row["S"] in {"Buy", "Sell"}
    assert isinstance(row["T"], int)


def test_one_fill_is_told_on_all_four_private_topics(private, http):
    topics = {name: Pushes() for name in ("order", "execution", "position", "wallet")}
    for name, pushes in topics.items():
        getattr(private, f"{name}_stream")(callback=pushes)
    wait_for_login(private, topics, http)

    placed = http.place_order(**ORDER, orderType="Market", orderLinkId="pushed")["result"]

    order = topics["order"].rows(lambda row: row["orderId"] == placed["orderId"])
    execution = topics["execution"].rows(lambda row: row["orderId"] == placed["orderId"])
    position = topics["position"].rows(lambda row: row["side"] == "Buy")
    wallet = topics["wallet"].next()["data"][0]
    assert (order["orderStatus"], order["category"]) == ("Filled", "linear")
    assert (execution["orderLinkId"], execution["execType"]) == ("pushed", "Trade")
    assert position["seq"] == execution["seq"]
    assert "entryPrice" in position
    assert wallet["accountType"] == "UNIFIED"


def wait_for_login(private, topics, http):
    """Place and cancel orders until the streams tell of one: then every topic is subscribed."""
    for attempt in range(20):
        price = str(int(Decimal(last_price(http)) * 97 / 100))
        placed = http.place_order(
            **ORDER,
            orderType="Limit",
            price=price,
            orderLinkId=f"probe-{private_id(private)}-{attempt}",
        )["result"]
        http.cancel_order(category="linear", symbol="BTCUSDT", orderId=placed["orderId"])
        try:
            topics["order"]._queue.get(timeout=1)
        except queue.Empty:
            continue
        return
    pytest.fail("the private stream stayed silent")


def private_id(private):
    return id(private) % 1_000_000


def last_price(http):
    reply = http.get_tickers(category="linear", symbol="BTCUSDT")
    return reply["result"]["list"][0]["lastPrice"]


def test_orders_go_in_over_the_trade_socket(trading, http):
    price = str(int(Decimal(last_price(http)) * 97 / 100))
    replies = Pushes()
    trading.place_order(replies, **ORDER, orderType="Limit", price=price, orderLinkId="by-socket")
    placed = replies.next()

    trading.amend_order(
        replies, category="linear", symbol="BTCUSDT", orderLinkId="by-socket", qty="0.02"
    )
    amended = replies.next()
    trading.cancel_order(replies, category="linear", symbol="BTCUSDT", orderLinkId="by-socket")
    cancelled = replies.next()

    assert [one["retCode"] for one in (placed, amended, cancelled)] == [0, 0, 0]
    assert [one["op"] for one in (placed, amended, cancelled)] == [
        "order.create",
        "order.amend",
        "order.cancel",
    ]
    order = http.get_open_orders(category="linear", symbol="BTCUSDT", orderLinkId="by-socket")
    assert order["result"]["list"][0]["orderStatus"] == "Cancelled"
    assert order["result"]["list"][0]["qty"] == "0.02"


def test_public_sockets_opened_in_a_row_survive_their_subscription(venue):
    for _ in range(15):
        pushes = Pushes()
        for client in connected(LoopbackWebSocket, venue, "linear"):
            client.kline_stream(interval=5, symbol=["BTCUSDT", "ETHUSDT"], callback=pushes)
            assert pushes.next()["topic"].startswith("kline.5.")
            assert client.is_connected()
