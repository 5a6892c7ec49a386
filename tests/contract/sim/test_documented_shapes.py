"""Our answers against the examples of Bybit's documentation: the same keys, the same JSON types.

What differs on purpose stands in LEFT_OUT and EXPLAINED with its reason; anything else fails,
and so does an exception that is no longer needed.
"""

import hashlib
import hmac
import json
import os
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from websockets.sync.client import connect

pytestmark = pytest.mark.realdata

WAIT_S = 20
BTC = {"category": "linear", "symbol": "BTCUSDT"}

# (documentation page, which of its JSON answers, method, path, parameters)
REST = [
    ("market/time", 0, "GET", "/v5/market/time", {}),
    ("market/kline", 0, "GET", "/v5/market/kline", BTC | {"interval": "60", "limit": 3}),
    ("market/mark-kline", 0, "GET", "/v5/market/mark-price-kline", BTC | {"interval": "60"}),
    ("market/instrument", 0, "GET", "/v5/market/instruments-info", BTC),
    ("market/tickers", 0, "GET", "/v5/market/tickers", BTC),
    ("market/orderbook", 0, "GET", "/v5/market/orderbook", BTC | {"limit": 1}),
    ("market/history-fund-rate", 0, "GET", "/v5/market/funding/history", BTC),
    ("market/order-price-limit", 0, "GET", "/v5/market/price-limit", BTC),
    ("market/risk-limit", 0, "GET", "/v5/market/risk-limit", BTC),
    ("account/wallet-balance", 0, "GET", "/v5/account/wallet-balance", {"accountType": "UNIFIED"}),
    ("account/account-info", 0, "GET", "/v5/account/info", {}),
    ("account/fee-rate", 0, "GET", "/v5/account/fee-rate", BTC),
    ("account/transaction-log", 0, "GET", "/v5/account/transaction-log", {"category": "linear"}),
    ("user/apikey-info", 0, "GET", "/v5/user/query-api", {}),
    ("position/position", 0, "GET", "/v5/position/list", BTC),
    ("order/open-order", 0, "GET", "/v5/order/realtime", BTC | {"limit": 1}),
    ("order/order-list", 0, "GET", "/v5/order/history", BTC | {"limit": 1}),
    ("order/execution", 0, "GET", "/v5/execution/list", BTC | {"limit": 1}),
    ("order/create-order", 0, "POST", "/v5/order/create", {"qty": "0.01"}),
    ("order/amend-order", 0, "POST", "/v5/order/amend", {"orderLinkId": "amend", "qty": "0.02"}),
    ("order/cancel-order", 0, "POST", "/v5/order/cancel", {"orderLinkId": "cancel"}),
    ("order/batch-place", 0, "POST", "/v5/order/create-batch", {"request": ["make-1", "make-2"]}),
    ("order/batch-amend", 0, "POST", "/v5/order/amend-batch", {"request": ["batch-1", "nobody"]}),
    ("order/batch-cancel", 0, "POST", "/v5/order/cancel-batch", {"request": ["batch-2", "none"]}),
    ("order/cancel-all", 0, "POST", "/v5/order/cancel-all", {}),
    ("position/leverage", 0, "POST", "/v5/position/set-leverage", "leverage"),
    ("position/trading-stop", 0, "POST", "/v5/position/trading-stop", "stop"),
    ("position/position-mode", 0, "POST", "/v5/position/switch-mode", "mode"),
]
# (documentation page, which of its JSON messages, channel, topic)
SOCKET = [
    ("websocket/public/kline", 0, "public/linear", "kline.5.BTCUSDT"),
    ("websocket/public/ticker", 0, "public/linear", "tickers.BTCUSDT"),
    ("websocket/public/orderbook", 1, "public/linear", "orderbook.50.BTCUSDT"),
    ("websocket/public/trade", 0, "public/linear", "publicTrade.BTCUSDT"),
    ("websocket/private/order", 1, "private", "order"),
    ("websocket/private/execution", 1, "private", "execution"),
    ("websocket/private/fast-execution", 1, "private", "execution.fast"),
    ("websocket/private/position", 1, "private", "position"),
    ("websocket/private/wallet", 1, "private", "wallet"),
]
# Pages whose examples leave out fields that the page's own parameter table lists.
LEFT_OUT = {
    "market/tickers": "singleOpenInterest singleOpenInterestValue",
    "market/risk-limit": "^nextPageCursor",
    "account/wallet-balance": "coin[].colRes coin[].free",
    "position/position": "delta gamma vega theta openTime mmrSysUpdatedTime",
    "order/open-order": (
        "createType extraFees marketUnit ocoTriggerBy parentOrderLinkId rpiMatchedQty "
        "rpiTakerAccess slippageTolerance slippageToleranceType"
    ),
    "order/order-list": "createType marketUnit ocoTriggerBy parentOrderLinkId",
    "order/execution": "createType",
    "websocket/public/ticker": "singleOpenInterest singleOpenInterestValue",
    "websocket/public/trade": "RPI",
    "websocket/private/order": (
        "brokerOrderPrice createType extraFees isLeverage marketUnit ocoTriggerBy "
        "parentOrderLinkId slippageTolerance slippageToleranceType"
    ),
    "websocket/private/position": "delta gamma vega theta openTime",
    "websocket/private/wallet": "coin[].colRes coin[].free",
}
FEE_COIN = "a table by the coin the fee was paid in: USDT here, nothing before a fill"
# Every other difference, with the reason why ours is right all the same.
EXPLAINED = {
    "account/account-info": {
        "retExtInfo: not in the docs": "the example lacks two fields of the common envelope",
        "time: not in the docs": "the example lacks two fields of the common envelope",
    },
    "position/position": {
        "result.list[].mmrSysUpdateTime: missing here": "misspelt in the example",
    },
    "user/apikey-info": {
        f"result.permissions.{name}: empty here": "the key trades contracts and nothing else"
        for name in (
            *("BitCard", "ByXPost", "Earn", "Exchange", "FiatBitPay"),
            *("FiatConvertBroker", "FiatP2P", "Spot", "Wallet"),
        )
    },
    "order/open-order": {"result.list[].cumFeeDetail.MNT: missing here": FEE_COIN},
    "order/order-list": {
        "result.list[].cumFeeDetail.MNT: missing here": FEE_COIN,
        "result.list[].cumFeeDetail.USDT: not in the docs": FEE_COIN,
    },
    "websocket/private/order": {
        "data[].cumFeeDetail.MNT: missing here": FEE_COIN,
        "data[].cumFeeDetail.USDT: not in the docs": FEE_COIN,
    },
    "websocket/private/execution": {
        "data[].extraFees: array in the docs, string here": "empty where no local tax is due",
    },
}


def kind(value):
    """The JSON type of a value; whole and fractional numbers are one type."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", type(None): "null"}
    return names.get(type(value), "object" if isinstance(value, dict) else "array")


def differences(documented, ours, place=""):
    """Where `ours` differs from the documentation, as `place: what`."""
    if kind(documented) != kind(ours):
        yield f"{place}: {kind(documented)} in the docs, {kind(ours)} here"
    elif isinstance(documented, dict):
        for name in sorted(documented.keys() | ours.keys()):
            inner = f"{place}.{name}".lstrip(".")
            if name not in ours:
                yield f"{inner}: missing here"
            elif name not in documented:
                yield f"{inner}: not in the docs"
            else:
                yield from differences(documented[name], ours[name], inner)
    elif isinstance(documented, list) and documented:
        if not ours:
            yield f"{place}: empty here"
        for row in ours[:1]:
            yield from differences(documented[0], row, f"{place}[]")


def expected(page):
    """The differences that are right."""
    rows = "data" if page == "websocket/public/ticker" else "data[]"
    rows = rows if page.startswith("websocket") else "result.list[]"
    left_out = {
        f"result.{name[1:]}: not in the docs"
        if name.startswith("^")
        else f"{rows}.{name}: not in the docs"
        for name in LEFT_OUT.get(page, "").split()
    }
    return sorted(left_out | EXPLAINED.get(page, {}).keys())


@pytest.fixture(scope="module")
def documented():
    root = os.environ.get("AUTOTRADER_REAL_DATA")
    folder = Path(root or "") / "bybit" / "docs_v5"
    if root is None or not folder.is_dir():
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real payloads")

    def example(page, number):
        blocks = json.loads((folder / f"{page}.json").read_text())
        return _parsed([block for block in blocks if block["lang"] == "json"][number])

    return example


def _parsed(block):
    """The JSON of a block; some examples have a title before or an ellipsis in them."""
    if "json" in block:
        found = block["json"]
        return found[0] if isinstance(found, list) else found
    text = block.get("unparsed") or block["raw"]
    text = text[text.index("{") :].replace("},\r\n        ....", "}")
    return json.JSONDecoder().raw_decode(text)[0]  # a second example may follow


class Client:
    """A client that signs, over REST and WebSocket."""

    def __init__(self, venue):
        self._venue = venue

    def ask(self, method, path, parameters):
        """The JSON answer to a signed request; it must be a success."""
        query = urlencode(parameters) if method == "GET" else ""
        body = "" if method == "GET" else json.dumps(parameters)
        stamp = str(int(time.time() * 1000))
        headers = {
            "X-BAPI-API-KEY": self._venue.key,
            "X-BAPI-TIMESTAMP": stamp,
            "X-BAPI-SIGN": self._sign(f"{stamp}{self._venue.key}{query or body}"),
        }
        url = f"{self._venue.rest}{path}" + (f"?{query}" if query else "")
        answer = httpx.request(method, url, content=body, headers=headers, trust_env=False).json()
        assert answer["retCode"] == 0, answer
        return answer

    def first_push(self, channel, topic, provoke):
        """The first push of a topic; `provoke` makes something happen once it is subscribed."""
        address = f"{self._venue.websocket}/v5/{channel}"
        with connect(address, proxy=None) as socket:
            if channel == "private":
                expires = int(time.time() * 1000) + 10_000
                signature = self._sign(f"GET/realtime{expires}")
                self._exchange(socket, "auth", [self._venue.key, expires, signature])
            self._exchange(socket, "subscribe", [topic])
            provoke()
            while True:
                message = json.loads(socket.recv(timeout=WAIT_S))
                if message.get("topic") == topic and message.get("type") != "snapshot":
                    return message
                if message.get("topic") == topic and "orderbook" not in topic:
                    return message

    def _exchange(self, socket, operation, arguments):
        socket.send(json.dumps({"op": operation, "args": arguments}))
        reply = json.loads(socket.recv(timeout=WAIT_S))
        assert reply["success"], reply

    def _sign(self, text):
        return hmac.new(self._venue.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@pytest.fixture(scope="module")
def client(venue):
    """A client with orders in every state, a protected position and a day of funding."""
    one = Client(venue)
    for link_id in ("amend", "cancel", "batch-1", "batch-2", "gone"):
        one.ask("POST", "/v5/order/create", resting(one, link_id))
    one.ask("POST", "/v5/order/cancel", BTC | {"orderLinkId": "gone"})
    one.ask("POST", "/v5/order/create", market_order())
    venue.advance(minutes=8 * 60)
    return one


def resting(client, link_id):
    ticker = client.ask("GET", "/v5/market/tickers", BTC)["result"]["list"][0]
    price = str(int(float(ticker["lastPrice"]) * 0.5))
    terms = {"side": "Buy", "orderType": "Limit", "qty": "0.01", "price": price}
    return BTC | terms | {"orderLinkId": link_id}


def market_order():
    return BTC | {"side": "Buy", "orderType": "Market", "qty": "0.01"}


def prepared(client, path, parameters):
    """The parameters of a POST, completed for the present market."""
    price = float(client.ask("GET", "/v5/market/tickers", BTC)["result"]["list"][0]["lastPrice"])
    if parameters == "leverage":
        return BTC | {"buyLeverage": "9", "sellLeverage": "9"}
    if parameters == "stop":
        stop = {"tpslMode": "Full", "positionIdx": 0, "stopLoss": str(int(price * 0.8))}
        return BTC | stop
    if parameters == "mode":
        return {"category": "linear", "symbol": "ETHUSDT", "mode": 3}
    if "request" in parameters:
        links = parameters["request"]
        orders = [resting(client, link) for link in links]
        if not path.endswith("create-batch"):
            orders = [{"symbol": "BTCUSDT", "orderLinkId": link, "qty": "0.03"} for link in links]
        return {"category": "linear", "request": orders}
    return (market_order() if path.endswith("create") else BTC) | parameters


@pytest.mark.parametrize("case", REST, ids=lambda case: case[0])
def test_rest_answers_have_the_documented_shape(documented, client, case):
    page, number, method, path, parameters = case
    wanted = parameters if method == "GET" else prepared(client, path, parameters)

    ours = client.ask(method, path, wanted)

    assert sorted(differences(documented(page, number), ours)) == expected(page)


@pytest.mark.parametrize("case", SOCKET, ids=lambda case: case[0])
def test_pushes_have_the_documented_shape(documented, client, venue, case):
    page, number, channel, topic = case

    def provoke():
        if channel == "private":
            client.ask("POST", "/v5/order/create", market_order())
        else:
            venue.advance(minutes=1)

    ours = client.first_push(channel, topic, provoke)

    assert sorted(differences(documented(page, number), ours)) == expected(page)
