"""Public sockets: subscriptions, snapshots, deltas."""

from decimal import Decimal

import pytest

from exchange_sim.server.streams.book_feed import BookFeed, changed_levels
from exchange_sim.server.streams.public import PublicChannel
from exchange_sim.server.streams.session import ACK_DELAY_S, Session, receive

MINUTE = 60_000


@pytest.fixture
def channel(desk) -> PublicChannel:
    return PublicChannel(desk.exchange, desk.market)


def ask(channel, socket, operation: str, *topics: str, **more: object) -> list[dict]:
    channel.answer(socket, {"op": operation, "args": list(topics)} | more)
    return socket.outbox.take()


def subscribed(channel, socket, topic: str) -> list[dict]:
    frames = ask(channel, socket, "subscribe", topic)
    assert frames[0]["success"], frames
    return frames[1:]


def moved(desk, socket, minutes: int = 1) -> list[dict]:
    desk.exchange.advance(desk.exchange.now_ms + minutes * MINUTE)
    return socket.outbox.take()


def test_an_acknowledgement_is_delayed_and_echoes_the_request_id(channel, socket) -> None:
    frames = ask(channel, socket, "subscribe", "publicTrade.BTCUSDT", req_id=7)

    assert frames == [
        {
            "success": True,
            "ret_msg": "",
            "conn_id": "sim-00000001",
            "req_id": 7,
            "op": "subscribe",
        }
    ]
    assert socket.outbox.delays == [ACK_DELAY_S]
    assert 0.010 <= ACK_DELAY_S <= 0.020


@pytest.mark.parametrize(
    ("topics", "problem"),
    [
        (["nothing.BTCUSDT"], "error:handler not found,topic:nothing.BTCUSDT"),
        (["tickers.btcusdt"], "error:handler not found,topic:tickers.btcusdt"),
        (["kline.7.BTCUSDT"], "error:handler not found,topic:kline.7.BTCUSDT"),
        (["orderbook.5.BTCUSDT"], "error:handler not found,topic:orderbook.5.BTCUSDT"),
        (["order"], "error:handler not found,topic:order"),
        (["tickers.BTCUSDT", "tickers.X"], "error:handler not found,topic:tickers.X"),
        ([], "error:no topic in args"),
    ],
)
def test_one_bad_topic_fails_the_whole_request(channel, socket, topics, problem) -> None:
    frames = ask(channel, socket, "subscribe", *topics)

    assert [(frame["success"], frame["ret_msg"]) for frame in frames] == [(False, problem)]
    assert socket.topics == set()


def test_subscribing_twice_fails_and_the_first_keeps_working(desk, channel, socket) -> None:
    subscribed(channel, socket, "publicTrade.BTCUSDT")

    again = ask(channel, socket, "subscribe", "publicTrade.BTCUSDT")

    assert again[0]["ret_msg"] == "error:already subscribed,topic:publicTrade.BTCUSDT"
    assert moved(desk, socket)


def test_pings_unknown_operations_and_garbage_are_answered(channel, socket) -> None:
    receive(channel, socket, '{"op":"ping","req_id":"a"}')
    receive(channel, socket, '{"op":"dance"}')
    receive(channel, socket, "garbage")
    receive(channel, socket, "[1]")
    pong, unknown, garbage, array = socket.outbox.take()

    assert (pong["ret_msg"], pong["op"], pong["req_id"]) == ("pong", "ping", "a")
    assert unknown["ret_msg"] == "error:invalid op"
    assert garbage["ret_msg"] == "Failed to decode incoming data:garbage"
    assert array["success"] is False


def test_tickers_begin_with_everything_and_go_on_with_changes(desk, channel, socket) -> None:
    snapshot = subscribed(channel, socket, "tickers.BTCUSDT")[0]
    state = dict(snapshot["data"])
    deltas = moved(desk, socket)
    for delta in deltas:
        state |= delta["data"]
    fresh = subscribed(channel, Session("2", type(socket.outbox)()), "tickers.BTCUSDT")[0]

    assert snapshot["type"] == "snapshot"
    assert snapshot["data"]["openInterestValue"]
    assert {delta["type"] for delta in deltas} == {"delta"}
    assert all(len(delta["data"]) < len(snapshot["data"]) for delta in deltas)
    assert state == fresh["data"]


@pytest.mark.parametrize("depth", [50, 200])
def test_a_book_kept_by_deltas_equals_a_fresh_snapshot(desk, channel, socket, depth) -> None:
    topic = f"orderbook.{depth}.BTCUSDT"
    snapshot = subscribed(channel, socket, topic)[0]
    book = {side: dict(snapshot["data"][side]) for side in "ba"}
    update = snapshot["data"]["u"]
    for frame in moved(desk, socket, minutes=5):
        update += 1
        assert (frame["type"], frame["data"]["u"]) == ("delta", update)
        for side in "ba":
            for price, size in frame["data"][side]:
                if size == "0":
                    del book[side][price]  # a level that is not there would be an error
                else:
                    book[side][price] = size
    other = Session("2", type(socket.outbox)())
    fresh = subscribed(channel, other, topic)[0]["data"]

    assert book == {side: dict(fresh[side]) for side in "ba"}
    assert fresh["u"] == update


def test_a_book_that_did_not_change_is_not_pushed(desk) -> None:
    now = desk.exchange.now_ms
    feed = BookFeed("orderbook.50.BTCUSDT", desk.market, now)

    assert feed.moved(now) == []


def test_the_top_of_the_book_comes_as_snapshots_only(desk, channel, socket) -> None:
    first = subscribed(channel, socket, "orderbook.1.BTCUSDT")
    frames = first + moved(desk, socket)

    assert {frame["type"] for frame in frames} == {"snapshot"}
    assert {len(frame["data"]["b"]) for frame in frames} == {1}


def test_every_candle_closes_once_and_in_order(desk, channel, socket) -> None:
    first = subscribed(channel, socket, "kline.1.BTCUSDT")
    frames = first + moved(desk, socket, minutes=7)
    rows = [frame["data"][0] for frame in frames]
    closed = [row["start"] for row in rows if row["confirm"]]

    assert closed == sorted(set(closed))
    assert len(closed) in {6, 7}
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert all(row["end"] - row["start"] == MINUTE - 1 for row in rows)


def test_a_large_step_still_closes_every_candle(desk, channel, socket) -> None:
    subscribed(channel, socket, "kline.5.ETHUSDT")

    rows = [frame["data"][0] for frame in moved(desk, socket, minutes=60)]

    assert sum(row["confirm"] for row in rows) == 12


def test_trades_come_oldest_first_and_never_twice(desk, channel, socket) -> None:
    assert subscribed(channel, socket, "publicTrade.BTCUSDT") == []
    rows = [row for frame in moved(desk, socket, minutes=5) for row in frame["data"]]

    assert [row["T"] for row in rows] == sorted(row["T"] for row in rows)
    assert len({row["i"] for row in rows}) == len(rows) > 0


def test_after_unsubscribing_or_leaving_nothing_comes(desk, channel, socket) -> None:
    other = Session("2", type(socket.outbox)())
    subscribed(channel, socket, "tickers.BTCUSDT")
    subscribed(channel, other, "tickers.BTCUSDT")

    frames = ask(channel, socket, "unsubscribe", "tickers.BTCUSDT", "tickers.ETHUSDT")
    assert (frames[0]["op"], frames[0]["success"]) == ("unsubscribe", True)
    assert moved(desk, socket) == []
    assert other.outbox.take()

    channel.leave(other)
    assert moved(desk, other) == []
    assert subscribed(channel, socket, "tickers.BTCUSDT")[0]["type"] == "snapshot"


def test_changed_levels_tell_new_sizes_and_gone_prices() -> None:
    one, two, three = Decimal(1), Decimal(2), Decimal(3)

    changed = changed_levels(((three, one), (two, one)), ((three, two), (one, one)))

    assert changed == ((two, Decimal(0)), (three, two), (one, one))
