"""The real pybit: it lives through what a correct exchange may do, and dies of what kills it."""

import itertools
import json
import queue
import socket
import threading

import pytest
from pybit.unified_trading import WebSocket
from websockets.sync.client import connect

from tests.exchange_sim.streams_faults.whole_server import KEY, WAIT_S, running

# websocket-client leaves the socket of a closed connection to the garbage collector, and the
# readers that the faults kill die of an exception, which is what is tested.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]
NAMES = (f"order-{number}" for number in itertools.count())


class Loopback(WebSocket):
    """pybit's sockets on loopback; reconnects already come with the final URL."""

    base = ""

    def _connect(self, url):
        if url.startswith("wss://{SUBDOMAIN}"):
            url = self.base + url[url.index("/v5") :]
        super()._connect(url)


@pytest.fixture(scope="module")
def whole():
    yield from running()


@pytest.fixture(autouse=True)
def undisturbed_in_the_end(whole):
    yield
    whole.control("DELETE", "faults")


def opened(whole, channel: str, **options) -> WebSocket:
    Loopback.base = whole.websocket
    return Loopback(channel, testnet=False, **options)


@pytest.fixture
def executions(whole):
    """A logged-in pybit and what it tells of executions."""
    told: queue.Queue = queue.Queue()
    client = opened(
        whole, "private", api_key=KEY.key, api_secret=KEY.secret, private_auth_expire=10
    )
    client.execution_stream(callback=told.put)
    hear(whole, told)
    yield client, told
    finish(client)


@pytest.fixture
def books(whole):
    """A pybit that keeps a book, and what it tells of it."""
    told: queue.Queue = queue.Queue()
    client = opened(whole, "linear", restart_on_error=False)
    yield client, told
    finish(client)


def finish(client) -> None:
    client.handle_error = False
    connection = client.ws.sock
    if connection is not None and connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)
    client.wst.join(WAIT_S)
    client._stop_custom_ping_timer()


def hear(whole, told: queue.Queue) -> None:
    """Buy until the stream tells of it: a new socket logs in and subscribes on its own time."""
    for _ in range(WAIT_S):
        name = next(NAMES)
        assert whole.buy(orderLinkId=name)["retCode"] == 0
        whole.advance()
        try:
            while told.get(timeout=1)["data"][-1]["orderLinkId"] != name:
                pass
        except queue.Empty:
            continue
        return
    pytest.fail("the stream stayed silent")


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("ws.dup", {}),
        ("ws.delay", {"ms": 20}),
        ("ws.reorder", {"window": 2, "hold_ms": 20}),
        ("ws.batch", {"n": 2, "hold_ms": 20}),
        ("ws.replay_old", {}),
        ("ws.before_http", {}),
        ("ws.double_filled", {}),
        ("ws.no_text_pong", {}),
    ],
)
def test_what_an_exchange_may_do_does_not_harm_the_reader(
    whole, executions, fault, parameters
) -> None:
    client, told = executions
    whole.control("POST", "faults", name=fault, parameters=parameters)

    hear(whole, told)

    assert client.is_connected()
    assert client.wst.is_alive()


@pytest.mark.parametrize(
    ("fault", "parameters"), [("ws.close", {"code": 1012}), ("ws.abort", {}), ("ws.half_open", {})]
)
def test_a_reader_whose_socket_ended_logs_in_again(whole, executions, fault, parameters) -> None:
    client, told = executions
    client.ping_interval, client.ping_timeout = 2, 1
    before = client.ws
    whole.control("POST", "faults", name=fault, parameters=parameters, count=1)

    if fault == "ws.half_open":
        # pybit notices by its own pings after 30 s: end the wait for it from our side.
        before.sock.sock.shutdown(socket.SHUT_RDWR)
    hear(whole, told)

    assert client.ws is not before


@pytest.mark.parametrize("fault", ["ws.unknown_topic", "ws.no_topic_frame", "ws.garbage"])
def test_a_frame_nobody_expects_kills_the_private_reader(whole, executions, fault) -> None:
    client, _ = executions
    thread = client.wst
    whole.control("POST", "faults", name=fault, count=1)

    whole.buy(orderLinkId=next(NAMES))
    thread.join(WAIT_S)

    assert not thread.is_alive()
    assert client.exited


@pytest.mark.parametrize(
    ("fault", "match"),
    [("ws.sub_fail", {}), ("ws.already_subscribed", {}), ("ws.delta_first", {})],
)
def test_a_subscription_can_kill_the_public_reader(whole, books, fault, match) -> None:
    client, told = books
    whole.control("POST", "faults", name=fault, match=match)

    client.orderbook_stream(depth=50, symbol="BTCUSDT", callback=told.put)
    client.wst.join(WAIT_S)

    assert not client.wst.is_alive()
    assert client.exited


def test_pushes_come_before_the_http_answer_that_caused_them(whole, executions) -> None:
    _, told = executions
    whole.control("POST", "faults", name="ws.before_http", parameters={"ms": 300})
    answered = threading.Event()

    def place() -> None:
        whole.buy(orderLinkId=next(NAMES))
        answered.set()

    thread = threading.Thread(target=place)
    thread.start()
    push = told.get(timeout=WAIT_S)

    assert not answered.is_set()
    assert push["topic"] == "execution"
    thread.join(WAIT_S)
    assert answered.is_set()


@pytest.mark.parametrize(("skew_ms", "problem"), [(0, ""), (60_000, "error:request expired")])
def test_a_login_is_judged_by_the_skewed_clock(whole, skew_ms, problem) -> None:
    if skew_ms:
        whole.control("POST", "faults", name="clock.skew", parameters={"ms": skew_ms})
    expires = whole.control("GET", "status")["now_ms"] + 10_000
    signature = KEY.sign(f"GET/realtime{expires}".encode())
    with connect(f"{whole.websocket}/v5/private", proxy=None) as client:
        client.send(json.dumps({"op": "auth", "args": [KEY.key, expires, signature]}))

        assert json.loads(client.recv(WAIT_S))["ret_msg"] == problem


def test_every_stream_fault_can_be_switched_on_as_it_comes(whole) -> None:
    catalogue = whole.control("GET", "faults")["catalogue"]
    names = [kind["name"] for kind in catalogue if kind["name"].startswith(("ws.", "trade."))]

    for name in names:
        whole.control("POST", "faults", name=name)

    assert len(names) >= 28
    assert whole.control("DELETE", "faults")["switched_off"] == len(names)
