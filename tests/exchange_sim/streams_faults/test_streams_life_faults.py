"""Sockets that end, fall silent, or cannot be opened."""

import asyncio

import pytest
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.exchange_sim.streams_faults.venue import MINUTE_MS, OTHER, Venue

ENDINGS = [
    ("ws.close", {"code": 1001}, 1001),
    ("ws.close", {"code": 4005, "after_ms": 20}, 4005),
    ("ws.close", {"code": 1006}, 1006),
    ("ws.abort", {}, 1006),
    ("ws.abort", {"after_ms": 20}, 1006),
    ("ws.flap", {"period_ms": 20}, 1006),
]


@pytest.mark.parametrize(("name", "parameters", "code"), ENDINGS)
def test_an_open_socket_ends_when_the_fault_comes_on(play, name, parameters, code) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("order")

        venue.on(name, count=1, **parameters)

        assert await client.closed() == code
        assert len(venue.strikes(name)) == 1

    play(scenario)


@pytest.mark.parametrize(("name", "parameters", "code"), ENDINGS)
def test_a_new_socket_ends_while_the_fault_is_on(play, name, parameters, code) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on(name, **parameters)

        first = await venue.open("/v5/public/linear")
        assert await first.closed() == code
        second = await venue.open("/v5/public/linear")
        assert await second.closed() == code
        venue.switchboard.switch_off()
        third = await venue.watch("tickers.BTCUSDT")
        assert await third.until_pong() == []

    play(scenario)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("ws.flap", {"period_ms": 20}),
        ("ws.abort", {"after_ms": 20}),
        ("ws.close", {"after_ms": 20}),
    ],
)
def test_a_client_may_leave_before_its_socket_would_have_ended(play, name, parameters) -> None:
    async def scenario(venue: Venue) -> None:
        troubles: list[object] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: troubles.append(context))
        venue.on(name, count=1, **parameters)
        client = await venue.watch()
        await client.socket.close()

        overdue = asyncio.Event()
        loop.call_later(0.04, overdue.set)
        await overdue.wait()

        assert len(venue.strikes(name)) == 1
        assert troubles == []

    play(scenario)


def test_only_the_matched_account_and_path_lose_their_sockets(play) -> None:
    async def scenario(venue: Venue) -> None:
        mine, trade = await venue.log_in("order"), await venue.log_in(path="/v5/trade")
        other, public = await venue.log_in(key=OTHER), await venue.watch()

        venue.on("ws.close", code=1012, match={"account": "100001", "path": "private"})

        assert await mine.closed() == 1012
        for survivor in (trade, other, public):
            assert await survivor.until_pong() == []

    play(scenario)


def test_a_socket_is_offered_a_fault_once(play) -> None:
    async def scenario(venue: Venue) -> None:
        first, second = await venue.log_in(), await venue.log_in()

        venue.on("ws.close", match={"nth": 2})

        assert await second.closed() == 1001
        assert await first.until_pong() == []
        assert await first.until_pong() == []
        assert len(venue.strikes("ws.close")) == 1

    play(scenario)


def test_a_fault_waits_for_its_window(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in()
        start = venue.exchange.now_ms + MINUTE_MS
        venue.on("ws.close", window=[start, None])
        assert await client.until_pong() == []

        venue.move()
        venue.switchboard.run_due(venue.exchange.now_ms)

        assert await client.closed() == 1001

    play(scenario)


def test_a_socket_can_end_with_the_very_push_of_a_fill(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("order", "execution")
        venue.on("ws.abort", match={"topic": "^execution$"})
        assert await client.until_pong() == []

        venue.buy()

        assert await client.closed() == 1006
        assert venue.strikes("ws.abort")[0].event.topic == "execution"

    play(scenario)


def test_a_half_open_socket_answers_nothing_and_stays(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("order")
        venue.on("ws.half_open", match={"account": "100001"})
        pong = await client.socket.ping()
        await client.ask("ping")
        venue.buy()
        fresh = await venue.log_in("order", key=OTHER)
        await fresh.until_pong()  # whatever was to come would have come by now

        venue.switchboard.switch_off()
        again = await venue.log_in("order")
        assert await again.until_pong() == []

        assert not pong.done()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.socket.recv(), 0.05)
        assert client.socket.close_code is None

    play(scenario)


@pytest.mark.parametrize(
    ("how", "error"), [("502", InvalidStatus), ("tcp", (InvalidMessage, OSError))]
)
def test_new_sockets_are_refused_for_a_while_and_open_ones_stay(play, how, error) -> None:
    async def scenario(venue: Venue) -> None:
        old = await venue.watch()
        venue.on("ws.refuse", how=how, for_s=60, match={"path": "public"})

        with pytest.raises(error) as caught:
            await venue.open("/v5/public/linear")
        if how == "502":
            assert caught.value.response.status_code == 502
        assert await old.until_pong() == []
        await venue.log_in()

        venue.move()
        await venue.watch()

    play(scenario)


@pytest.mark.parametrize("how", ["tcp", "502"])
def test_sockets_of_one_account_are_refused_when_they_log_in(play, how) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.refuse", how=how, match={"account": "100001"})
        await venue.watch()
        await venue.log_in(key=OTHER)
        client = await venue.open("/v5/private")
        await client.ask("auth", *venue.credentials())

        assert await client.closed() == 1006

    play(scenario)


def test_a_login_of_one_account_may_get_no_answer_at_all(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.refuse", how="timeout", match={"account": "100001"})
        client = await venue.open("/v5/private")
        await client.ask("auth", *venue.credentials())
        await venue.log_in(key=OTHER)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.socket.recv(), 0.05)

    play(scenario)


def test_an_opening_may_get_no_answer_at_all(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.refuse", how="timeout")

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(venue.open("/v5/private"), 0.1)

        assert len(venue.strikes("ws.refuse")) == 1

    play(scenario)


@pytest.mark.parametrize("code", [1001, 1012])
def test_all_sockets_can_be_closed_at_once(play, code) -> None:
    async def scenario(venue: Venue) -> None:
        clients = [await venue.watch(), await venue.log_in(), await venue.log_in(path="/v5/trade")]

        assert venue.sockets.close_all(code) == 3

        assert [await client.closed() for client in clients] == [code] * 3

    play(scenario)


def test_all_sockets_can_be_reset_at_once(play) -> None:
    async def scenario(venue: Venue) -> None:
        clients = [await venue.watch(), await venue.log_in()]

        assert venue.sockets.reset_all() == 2

        assert [await client.closed() for client in clients] == [1006, 1006]

    play(scenario)
