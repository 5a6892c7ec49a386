"""A stream over a real socket: it survives what kills pybit's own reader, and knows its end."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.stream import BybitStream, open_private, open_public
from adapters.bybit.stream_socket import StreamTimings
from tests.adapters.bybit.scripted_stream import Line, Received, ScriptedStream, Speak
from trading.errors import ExchangeRetryableError
from trading.orders import Order

KEY, SECRET = "KeyThatMustNeverShow1", "SecretThatMustNeverShow2"
QUICK = StreamTimings(
    wire=timedelta(seconds=2),
    answer=timedelta(seconds=1),
    ping_every=timedelta(seconds=0.4),
    ping_answer=timedelta(seconds=0.3),
    silence=timedelta(seconds=1.5),
)
PRIVATE_REQUESTS = 5  # the login and four topics
ORDER = {
    "category": "linear", "orderId": "o1", "orderLinkId": "l1", "symbol": "BTCUSDT",
    "side": "Buy", "orderType": "Limit", "orderStatus": "New", "qty": "1", "price": "10",
    "createdTime": "1700000000000", "updatedTime": "1700000000000",
}  # fmt: skip
PUSH = {"topic": "order", "id": "1", "creationTime": 1700000000001, "data": [ORDER]}


@pytest.fixture
def play() -> Iterator[Callable[[Speak], ExchangeAccess]]:
    """Start a scripted stream; it ends with the test."""
    opened: list[ScriptedStream] = []

    def start(speak: Speak) -> ExchangeAccess:
        opened.append(ScriptedStream(speak))
        return ExchangeAccess(opened[-1].url, SecretStr(KEY), SecretStr(SECRET))

    yield start
    for one in opened:
        one.close()


Play = Callable[[Speak], ExchangeAccess]


def fault_of(stream: BybitStream) -> str:
    """The fault of a stream that is about to have one."""
    never = Event()
    for _ in range(300):
        if stream.fault():
            break
        never.wait(0.02)
    return stream.fault()


def granted(then: Callable[[Line], None]) -> Speak:
    """A private script: everything is granted, then `then` is played."""

    def speak(line: Line) -> None:
        line.grant(PRIVATE_REQUESTS)
        then(line)
        line.stay()

    return speak


def test_a_private_stream_signs_in_and_asks_for_each_topic_by_itself(play: Play) -> None:
    asked: list[dict[str, Any]] = []

    def speak(line: Line) -> None:
        for _ in range(PRIVATE_REQUESTS):
            asked.append(line.receive())
            line.answer(asked[-1])
        line.stay()

    stream = open_private(play(speak), Received(), QUICK)

    assert stream.fault() == ""
    assert asked[0]["op"] == "auth"
    assert asked[0]["args"][0] == KEY
    assert [one["args"] for one in asked[1:]] == [
        ["order"],
        ["execution"],
        ["position"],
        ["wallet"],
    ]
    stream.close()
    assert stream.fault() != ""


@pytest.mark.parametrize(
    "frame",
    [
        "{not json",
        "[]",
        "null",
        '"text"',
        {"ret_msg": "hello"},
        {"op": "subscribe", "success": True, "req_id": "never-sent"},
        {"op": "subscribe", "success": False, "ret_msg": "late", "req_id": "order"},
        {"op": "auth", "success": False, "ret_msg": "again?"},
        {"topic": 7, "data": []},
        {"op": "pong"},
    ],
)
def test_what_comes_after_a_frame_nobody_asked_for_is_still_delivered(
    play: Play, frame: object
) -> None:
    def speak(line: Line) -> None:
        line.send(frame)
        line.send(PUSH)

    received = Received()
    stream = open_private(play(granted(speak)), received, QUICK)

    (row,) = received.next().rows
    assert isinstance(row, Order)
    assert stream.fault() == ""
    stream.close()


def test_an_acknowledgement_at_once_is_not_too_early(play: Play) -> None:
    def speak(line: Line) -> None:
        for topic in ("order", "execution", "position", "wallet"):
            line.answer({"op": "subscribe", "req_id": topic})
        line.grant(PRIVATE_REQUESTS)
        line.stay()

    stream = open_private(play(speak), Received(), QUICK)
    stream.close()


@pytest.mark.parametrize("problem", ["error:request expired", "Invalid apikey"])
def test_a_refused_login_is_said_with_its_reason_and_without_the_key(
    play: Play, problem: str
) -> None:
    def speak(line: Line) -> None:
        line.answer(line.receive(), f"{problem} {KEY}")
        line.stay()

    with pytest.raises(ExchangeRetryableError, match=problem) as refused:
        open_private(play(speak), Received(), QUICK)

    assert KEY not in str(refused.value)


@pytest.mark.parametrize("answered", [0, 1, 3])
def test_an_answer_that_never_comes_is_not_waited_for(play: Play, answered: int) -> None:
    def speak(line: Line) -> None:
        line.grant(answered)
        line.stay()

    with pytest.raises(ExchangeRetryableError, match="no answer within"):
        open_private(play(speak), Received(), QUICK)


def test_a_private_topic_that_is_refused_fails_the_whole_stream(play: Play) -> None:
    def speak(line: Line) -> None:
        line.grant(2)
        line.answer(line.receive(), "error:handler not found,topic:execution")
        line.grant(2)
        line.stay()

    with pytest.raises(ExchangeRetryableError, match="handler not found"):
        open_private(play(speak), Received(), QUICK)


def test_a_topic_that_is_already_subscribed_goes_on(play: Play) -> None:
    def speak(line: Line) -> None:
        line.grant(1)
        for _ in range(4):
            line.answer(line.receive(), "error:already subscribed,topic:order")
        line.stay()

    stream = open_private(play(speak), Received(), QUICK)
    stream.close()


def test_an_unknown_symbol_does_not_cost_the_others_their_quotes(play: Play) -> None:
    def speak(line: Line) -> None:
        line.answer(line.receive(), "error:handler not found,topic:tickers.NOPEUSDT")
        line.grant(1)
        line.stay()

    stream = open_public(play(speak), ("NOPEUSDT", "BTCUSDT"), Received(), QUICK)

    assert list(stream.refused) == ["tickers.NOPEUSDT"]
    assert stream.fault() == ""
    stream.close()


def test_a_public_stream_without_any_symbol_left_fails(play: Play) -> None:
    def speak(line: Line) -> None:
        line.answer(line.receive(), "error:handler not found,topic:tickers.NOPEUSDT")
        line.stay()

    with pytest.raises(ExchangeRetryableError, match="every subscription was refused"):
        open_public(play(speak), ("NOPEUSDT",), Received(), QUICK)


def test_no_server_is_said_within_the_time_for_the_wire() -> None:
    access = ExchangeAccess("http://127.0.0.1:9", SecretStr(KEY), SecretStr(SECRET))

    with pytest.raises(ExchangeRetryableError, match=r"no connection to ws://127\.0\.0\.1:9"):
        open_private(access, Received(), QUICK)


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1013])
def test_a_socket_that_the_server_closes_has_a_fault_and_does_not_come_back(
    play: Play, code: int
) -> None:
    stream = open_private(play(granted(lambda line: line.close(code))), Received(), QUICK)

    assert fault_of(stream).startswith(("failed", "disconnected"))
    stream.close()


def test_a_socket_that_falls_silent_has_a_fault(play: Play) -> None:
    def speak(line: Line) -> None:
        line.grant(PRIVATE_REQUESTS)
        line.ended.wait()

    unanswering = replace(QUICK, ping_every=timedelta(hours=1), ping_answer=timedelta(seconds=1))
    stream = open_private(play(speak), Received(), unanswering)

    assert fault_of(stream) == "silent"
    stream.close()


def test_a_delivery_that_fails_is_a_fault_and_not_a_silent_end(play: Play) -> None:
    def refuse(_push: object) -> None:
        raise OverflowError("nobody takes it")

    stream = open_private(play(granted(lambda line: line.send(PUSH))), refuse, QUICK)

    assert "OverflowError: nobody takes it" in fault_of(stream)
    stream.close()


def test_a_snapshot_that_never_comes_is_a_fault(play: Play) -> None:
    delta = {"topic": "tickers.BTCUSDT", "type": "delta", "ts": 1700000000000, "data": {}}

    def speak(line: Line) -> None:
        line.grant(1)
        for _ in range(20):
            line.send(delta)
        line.stay()

    received = Received()
    stream = open_public(play(speak), ("BTCUSDT",), received, QUICK)
    for _ in range(20):
        assert "before its snapshot" in received.next().refused[0]

    assert stream.fault() == "no snapshot of BTCUSDT"
    stream.close()


def test_neither_key_nor_secret_shows_in_a_stream(play: Play) -> None:
    stream = open_private(play(granted(lambda _: None)), Received(), QUICK)

    assert repr(stream) == "BybitStream('private')"
    stream.close()
