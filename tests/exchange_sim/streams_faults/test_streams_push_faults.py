"""Pushes that are lost, doubled, changed, late, or in another order."""

import asyncio

import pytest

from tests.exchange_sim.streams_faults.venue import OTHER, Venue

FILL = ("execution", "order", "position", "wallet")


def topics(frames: list[dict]) -> list[str]:
    return [frame.get("topic", "") for frame in frames]


async def after_buying(venue: Venue, *names: str, **wish: object) -> list[dict]:
    """What a logged-in client gets of one fill while a fault is on."""
    client = await venue.log_in(*(names or FILL))
    fault = wish.pop("fault", None)
    if fault:
        venue.on(str(fault), **wish)
    venue.buy()
    return await client.until_pong()


@pytest.mark.parametrize(
    ("fault", "wish", "expected"),
    [
        ("ws.zombie", {}, []),
        ("ws.drop", {}, []),
        ("ws.drop", {"p": 0}, list(FILL)),
        ("ws.drop", {"topic": "execution"}, ["order", "position", "wallet"]),
        ("ws.drop", {"match": {"topic": "^order"}}, ["execution", "position", "wallet"]),
        ("ws.drop", {"count": 1}, ["order", "position", "wallet"]),
        ("ws.drop", {"match": {"account": "100002"}}, list(FILL)),
        ("ws.dup", {"topic": "execution"}, ["execution", *FILL]),
        ("ws.unknown_topic", {"count": 1}, ["never.subscribed", *FILL]),
        ("ws.no_topic_frame", {"count": 1}, ["", *FILL]),
        ("ws.double_filled", {}, ["execution", "order", "order", "position", "wallet"]),
    ],
)
def test_a_fill_is_told_wrongly(play, fault, wish, expected) -> None:
    async def scenario(venue: Venue) -> None:
        assert topics(await after_buying(venue, fault=fault, **wish)) == expected

    play(scenario)


def test_a_filled_order_comes_twice_with_the_same_row(play) -> None:
    async def scenario(venue: Venue) -> None:
        frames = await after_buying(venue, "order", fault="ws.double_filled")

        first, second = (frame for frame in frames if frame["data"][0]["orderStatus"] == "Filled")
        assert first["data"] == second["data"]
        assert first["id"] != second["id"]

    play(scenario)


def test_what_is_no_json_comes_before_a_push(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("wallet")
        venue.on("ws.garbage", count=1)
        venue.buy()

        garbage, push = await client.text(), await client.text()

        assert push.startswith(garbage)
        assert garbage != push

    play(scenario)


def test_a_zombie_answers_pings_and_speaks_again_when_the_fault_is_over(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("wallet")
        venue.on("ws.zombie")
        venue.buy()
        await (await client.socket.ping())
        assert await client.until_pong() == []

        venue.switchboard.switch_off()
        venue.buy()

        assert topics(await client.until_pong()) == ["wallet"]

    play(scenario)


def test_a_topic_is_overtaken_by_the_others(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in(*FILL)
        venue.on("ws.delay", topic="execution", ms=30)
        venue.buy()

        assert topics(await client.frames(4)) == ["order", "position", "wallet", "execution"]

    play(scenario)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pushes_come_in_another_order_and_none_is_lost(play, seed) -> None:
    async def orders(venue: Venue) -> list[str]:
        client = await venue.log_in(*FILL)
        venue.on("ws.reorder", window=4, seed=seed)
        venue.buy()
        found = topics(await client.frames(4))
        venue.switchboard.switch_off()
        await client.socket.close()
        return found

    async def scenario(venue: Venue) -> None:
        first, second = await orders(venue), await orders(venue)

        assert sorted(first) == sorted(FILL)
        assert first != list(FILL)
        assert first == second

    play(scenario)


def test_a_window_that_never_fills_lets_go_in_time(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("execution", "wallet")
        venue.on("ws.reorder", window=50, hold_ms=20)
        venue.buy()

        assert topics(await client.frames(2)) == ["execution", "wallet"]

    play(scenario)


@pytest.mark.parametrize(("n", "sizes"), [(2, [2]), (50, [3])])
def test_rows_of_several_pushes_come_in_one_message(play, n, sizes) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("execution")
        venue.on("ws.batch", n=n, hold_ms=30)
        for _ in range(3):
            venue.buy()

        frames = [await client.frame() for _ in sizes]

        assert [len(frame["data"]) for frame in frames] == sizes
        identities = [row["execId"] for frame in frames for row in frame["data"]]
        assert len(set(identities)) == sum(sizes)

    play(scenario)


def test_an_old_push_comes_again(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("execution")
        venue.on("ws.replay_old", age=90_000)
        orders = []
        for _ in range(4):
            orders.append(venue.buy())
            venue.move()

        frames = await client.until_pong()

        told = [orders.index(frame["data"][0]["orderId"]) for frame in frames]
        # Each later push is followed by the youngest that is 90 s old, else by the oldest.
        assert told == [0, 1, 0, 2, 0, 3, 1]

    play(scenario)


def test_a_slow_wire_takes_its_time(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.log_in("wallet")
        venue.on("ws.slow", bytes_per_s=10_000, match={"topic": "wallet"})
        loop = asyncio.get_running_loop()
        start = loop.time()
        venue.buy()

        text = await client.text()

        assert loop.time() - start >= len(text) / 10_000

    play(scenario)


def test_pushes_of_others_are_untouched(play) -> None:
    async def scenario(venue: Venue) -> None:
        mine, other = await venue.log_in("wallet"), await venue.log_in("wallet", key=OTHER)
        venue.on("ws.zombie", match={"account": "100001"})
        venue.buy()
        venue.buy(account="100002")

        assert await mine.until_pong() == []
        assert topics(await other.until_pong()) == ["wallet"]

    play(scenario)


def test_funding_is_not_told_but_the_wallet_is(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.buy("0.1")
        client = await venue.log_in("execution", "wallet")
        venue.on("fund.missing_ws")

        venue.move(8 * 3_600_000)

        assert topics(await client.until_pong()) == ["wallet"]

    play(scenario)


def test_equal_seeds_lose_the_same_pushes(play) -> None:
    async def lost(venue: Venue, seed: int) -> list[str]:
        client = await venue.log_in(*FILL)
        venue.on("ws.drop", p=0.5, seed=seed)
        for _ in range(4):
            venue.buy()
        seen = topics(await client.until_pong())
        venue.switchboard.switch_off()
        await client.socket.close()
        return seen

    async def scenario(venue: Venue) -> None:
        first, second, third = [await lost(venue, seed) for seed in (7, 7, 8)]

        assert first == second
        assert first != third
        assert 0 < len(first) < 16

    play(scenario)
