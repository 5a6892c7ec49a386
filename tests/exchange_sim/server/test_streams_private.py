"""Private sockets: login, topics, pushes."""

import pytest

from exchange_sim.server.streams.private import PrivateChannel
from exchange_sim.server.streams.session import receive

FILL = ["execution", "order", "position", "wallet"]


@pytest.fixture
def channel(desk, login) -> PrivateChannel:
    return PrivateChannel(desk.exchange, login)


def credentials(desk, *, ahead_ms: int = 10_000, secret: str | None = None) -> list[object]:
    expires = desk.time.now_ms + ahead_ms
    signature = desk.key.sign(f"GET/realtime{expires}".encode()) if secret is None else secret
    return [desk.key.key, expires, signature]


def ask(channel, socket, operation: str, *arguments: object, **more: object) -> dict:
    channel.answer(socket, {"op": operation, "args": list(arguments)} | more)
    (frame,) = socket.outbox.take()
    return frame


def logged_in(desk, channel, socket, *topics: str) -> None:
    assert ask(channel, socket, "auth", *credentials(desk))["success"]
    for topic in topics:
        assert ask(channel, socket, "subscribe", topic)["success"]


def test_a_login_is_confirmed_in_the_private_form(desk, channel, socket) -> None:
    assert ask(channel, socket, "auth", *credentials(desk), req_id="r") == {
        "success": True,
        "ret_msg": "",
        "op": "auth",
        "conn_id": "sim-00000001",
        "req_id": "r",
    }


@pytest.mark.parametrize(
    ("options", "text"),
    [({"ahead_ms": -(10**11)}, "error:request expired"), ({"secret": "x"}, "Params Error")],
)
def test_a_bad_login_says_why(desk, channel, socket, options, text) -> None:
    reply = ask(channel, socket, "auth", *credentials(desk, **options))

    assert (reply["success"], reply["ret_msg"]) == (False, text)
    assert ask(channel, socket, "subscribe", "order")["success"] is False


def test_a_topic_needs_a_login_first(channel, socket) -> None:
    reply = ask(channel, socket, "subscribe", "position")

    assert reply["ret_msg"] == "error:topic:position needs auth first"


@pytest.mark.parametrize(
    ("topics", "problem"),
    [
        (["nothing"], "error:handler not found,topic:nothing"),
        (["tickers.BTCUSDT"], "error:handler not found,topic:tickers.BTCUSDT"),
        (["order", "position.linear"], "error:categorised and all-in-one"),
        (["wallet"], "error:already subscribed,topic:wallet"),
        ([], "error:no topic in args"),
    ],
)
def test_a_bad_subscription_fails_as_a_whole(desk, channel, socket, topics, problem) -> None:
    logged_in(desk, channel, socket, "wallet")

    reply = ask(channel, socket, "subscribe", *topics)

    assert reply["success"] is False
    assert reply["ret_msg"].startswith(problem)
    assert socket.topics == {"wallet"}


def test_pings_unknown_operations_and_garbage_are_answered(desk, channel, socket) -> None:
    pong = ask(channel, socket, "ping", req_id="p")
    receive(channel, socket, "garbage")

    assert pong == {
        "req_id": "p",
        "op": "pong",
        "args": [str(desk.exchange.now_ms)],
        "conn_id": "sim-00000001",
    }
    assert socket.outbox.take()[0]["ret_msg"].startswith("Failed to decode")
    assert ask(channel, socket, "dance")["ret_msg"] == "error:invalid op"


def test_one_fill_comes_as_execution_order_position_wallet(desk, channel, socket) -> None:
    logged_in(desk, channel, socket, *FILL)
    placed = desk.buy("0.01")

    frames = socket.outbox.take()

    topics = [frame["topic"] for frame in frames]
    assert list(dict.fromkeys(topics)) == FILL
    assert {frame["creationTime"] for frame in frames} == {desk.exchange.now_ms}
    execution = frames[0]["data"][0]
    assert execution["orderId"] == placed["orderId"]
    assert frames[0]["id"] == f"100001_BTCUSDT_{execution['seq']}"


def test_pushes_bear_the_very_name_that_was_subscribed(desk, channel, socket) -> None:
    logged_in(desk, channel, socket, "order.linear", "execution.fast", "position.linear")
    desk.buy("0.01")

    frames = socket.outbox.take()
    fast = next(frame for frame in frames if frame["topic"] == "execution.fast")

    assert {frame["topic"] for frame in frames} == {
        "order.linear",
        "execution.fast",
        "position.linear",
    }
    assert "id" not in fast
    assert "execFee" not in fast["data"][0]


def test_after_unsubscribing_or_leaving_nothing_comes(desk, channel, socket) -> None:
    logged_in(desk, channel, socket, "order", "wallet")
    assert ask(channel, socket, "unsubscribe", "wallet")["success"]
    desk.buy("0.01")
    assert {frame["topic"] for frame in socket.outbox.take()} == {"order"}

    channel.leave(socket)
    desk.buy("0.01")

    assert socket.outbox.take() == []


def test_a_second_login_replaces_the_first(desk, channel, socket) -> None:
    logged_in(desk, channel, socket, "wallet")
    logged_in(desk, channel, socket)
    desk.buy("0.01")

    assert len(socket.outbox.take()) == 1


def test_funding_is_pushed_as_an_execution_but_not_on_the_fast_topic(
    desk, channel, socket
) -> None:
    desk.buy("0.1")
    logged_in(desk, channel, socket, "execution", "execution.fast", "wallet")

    desk.exchange.advance(desk.exchange.now_ms + 8 * 3_600_000)

    frames = socket.outbox.take()
    assert {frame["topic"] for frame in frames} == {"execution", "wallet"}
    assert frames[0]["data"][0]["execType"] == "Funding"
