"""Logins, subscriptions, pings and orders over a socket that go wrong."""

import asyncio

import pytest

from tests.exchange_sim.streams_faults.venue import OTHER, Venue

NAMED = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market"}


async def order(venue: Venue, client, name: str) -> None:
    header = {"X-BAPI-TIMESTAMP": str(venue.exchange.now_ms)}
    terms = NAMED | {"qty": "0.01", "orderLinkId": name}
    await client.ask("order.create", terms, reqId=name, header=header)


def accepted(venue: Venue) -> list[str]:
    return [one.link_id for one in venue.exchange.orders("100001")]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("ret_msg", {"success": False, "ret_msg": "Params Error", "op": "auth", "req_id": "a"}),
        (
            "retCode",
            {"success": False, "retCode": 10003, "retMsg": "Invalid apikey", "op": "auth"},
        ),
    ],
)
def test_a_good_login_is_refused(play, form, expected) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("auth.ws_reject", form=form, match={"account": "100001"})
        client = await venue.open("/v5/private")
        await client.ask("auth", *venue.credentials(), req_id="a")

        reply = await client.frame()

        assert {name: reply[name] for name in expected} == expected
        assert (await client.subscribe("order"))["ret_msg"] == "error:topic:order needs auth first"
        await venue.log_in("order", key=OTHER)

    play(scenario)


def test_a_good_login_on_the_trade_socket_is_refused_in_its_form(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("auth.ws_reject")
        client = await venue.open("/v5/trade")
        await client.ask("auth", *venue.credentials(), reqId="a")

        reply = await client.frame()

        assert (reply["retCode"], reply["reqId"], reply["op"]) == (10003, "a", "auth")

    play(scenario)


def test_a_slow_login_can_expire_and_later_requests_wait_behind_it(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("auth.ws_slow", ms=30)
        client = await venue.open("/v5/private")
        await client.ask("auth", *venue.credentials())
        await client.ask("subscribe", "order")
        other = await venue.watch()
        await other.until_pong()
        venue.move()  # the login is valid for 10 s

        login, subscription = await client.frames(2)

        assert login["ret_msg"] == "error:request expired"
        assert subscription["success"] is False

    play(scenario)


def test_a_subscription_fails_for_a_topic(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.sub_fail", topic="execution")
        client = await venue.log_in("order")

        refused = await client.subscribe("execution", "wallet")

        assert refused["success"] is False
        assert refused["ret_msg"] == "error:handler not found,topic:execution"
        assert (await client.subscribe("wallet"))["success"]

    play(scenario)


def test_a_subscription_works_although_it_is_called_a_repetition(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.already_subscribed")
        client = await venue.log_in()

        reply = await client.subscribe("wallet")
        venue.buy()

        assert reply["ret_msg"] == "error:already subscribed,topic:wallet"
        assert reply["success"] is False
        assert (await client.frame())["topic"] == "wallet"

    play(scenario)


def test_a_subscription_is_confirmed_after_its_first_push(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.sub_ack_delay", ms=30)
        client = await venue.watch()
        await client.ask("subscribe", "tickers.BTCUSDT")

        push, reply = await client.frames(2)

        assert push["topic"] == "tickers.BTCUSDT"
        assert (reply["op"], reply["success"]) == ("subscribe", True)

    play(scenario)


def test_a_subscription_is_confirmed_sooner_than_clients_can_bear(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.watch()
        loop, waits = asyncio.get_running_loop(), []
        for topic in ("tickers.BTCUSDT", "tickers.ETHUSDT"):
            start = loop.time()
            await client.subscribe(topic)
            waits.append(loop.time() - start)
            await client.frame()
            venue.on("ws.sub_ack_delay", ms=0)

        assert waits[0] >= 0.015
        assert waits[1] < waits[0]

    play(scenario)


def test_a_ping_by_text_stays_without_an_answer(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in()
        venue.on("ws.no_text_pong", count=1)
        await client.ask("ping", req_id="lost")

        assert await client.until_pong() == []  # the second ping is answered, the first is not
        await (await client.socket.ping())
        assert len(venue.strikes("ws.no_text_pong")) == 1

    play(scenario)


@pytest.mark.parametrize("code", [10016, 10019, 10429, 20006])
@pytest.mark.parametrize("executed", [False, True])
def test_an_order_is_answered_with_a_code(play, code, executed) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(path="/v5/trade")
        venue.on("trade.ret", code=code, executed=executed, match={"link_id": "^x$"})
        await order(venue, client, "x")

        reply = await client.frame()

        assert (reply["reqId"], reply["retCode"], reply["data"]) == ("x", code, {})
        assert ("x" in accepted(venue)) is executed
        await order(venue, client, "y")
        assert (await client.frame())["retCode"] == 0

    play(scenario)


def test_an_order_is_done_and_never_answered(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(path="/v5/trade")
        venue.on("trade.ack_lost", match={"op": "create", "symbol": "BTC", "side": "Buy"})
        await order(venue, client, "x")

        assert await client.until_pong() == []
        assert accepted(venue) == ["x"]

    play(scenario)


def test_an_answer_is_overtaken_because_it_is_late(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(path="/v5/trade")
        venue.on("trade.ack_delay", ms=60, count=1)
        await order(venue, client, "x")
        await order(venue, client, "y")

        assert [frame["reqId"] for frame in await client.frames(2)] == ["y", "x"]

    play(scenario)


def test_answers_come_the_wrong_way_round(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(path="/v5/trade")
        venue.on("trade.ack_reorder", hold_ms=5_000)
        for name in "xyzw":
            await order(venue, client, name)

        assert [frame["reqId"] for frame in await client.frames(4)] == ["y", "x", "w", "z"]

    play(scenario)


def test_an_answer_without_a_next_one_is_held_no_longer_than_told(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(path="/v5/trade")
        venue.on("trade.ack_reorder", hold_ms=20)
        await order(venue, client, "x")

        assert (await client.frame())["reqId"] == "x"

    play(scenario)


@pytest.mark.parametrize("code", [1006, 1012])
def test_the_socket_closes_instead_of_an_answer(play, code) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(path="/v5/trade")
        venue.on("trade.close_after_accept", code=code)
        await order(venue, client, "x")

        assert await client.closed() == code
        assert accepted(venue) == ["x"]

    play(scenario)
