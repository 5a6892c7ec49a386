"""What the venue says of its own maintenance."""

import pytest

from tests.exchange_sim.streams_faults.venue import MINUTE_MS, Client, Venue

PATH = "/v5/public/misc/status"


async def told(venue: Venue) -> Client:
    client = await venue.open(PATH)
    assert (await client.subscribe("system.status"))["success"]
    return client


def states(frames: list[dict]) -> list[str]:
    return [row["state"] for frame in frames for row in frame["data"]]


def test_a_maintenance_is_announced_begins_and_ends(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await told(venue)
        start = venue.exchange.now_ms
        venue.on("plat.maintenance", announce_s=120, for_s=180)
        venue.move(10 * MINUTE_MS)

        frames = await client.until_pong()

        assert states(frames) == ["scheduled", "ongoing", "completed"]
        assert {frame["topic"] for frame in frames} == {"system.status"}
        row = frames[0]["data"][0]
        assert (row["begin"], row["end"]) == (str(start + 120_000), str(start + 300_000))
        ongoing, completed = frames[1]["ts"], frames[2]["ts"]
        assert start + 120_000 <= ongoing < start + 300_000 <= completed

    play(scenario)


def test_one_that_is_called_off_is_told_as_canceled(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await told(venue)
        venue.on("plat.maintenance", announce_s=6_000)
        venue.move()
        venue.switchboard.switch_off()
        venue.move()

        assert states(await client.until_pong()) == ["scheduled", "canceled"]

    play(scenario)


def test_who_comes_late_is_told_what_is_going_on(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("plat.maintenance", for_s=6_000)
        venue.move()

        client = await told(venue)

        assert states([await client.frame()]) == ["ongoing"]

    play(scenario)


@pytest.mark.parametrize("topic", ["tickers.BTCUSDT", "order"])
def test_the_socket_has_no_other_topic(play, topic) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.open(PATH)

        reply = await client.subscribe("system.status", topic)

        assert reply["ret_msg"] == f"error:handler not found,topic:{topic}"

    play(scenario)


def test_it_answers_like_any_public_socket_and_falls_silent_when_asked(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await told(venue)
        again = await client.subscribe("system.status")
        assert again["ret_msg"] == "error:already subscribed,topic:system.status"
        await client.ask("dance")
        assert (await client.frame())["ret_msg"] == "error:invalid op"
        await client.socket.send("garbage")
        assert (await client.frame())["ret_msg"].startswith("Failed to decode")
        await client.ask("unsubscribe", "system.status")
        assert (await client.frame())["success"]
        venue.on("plat.maintenance")
        venue.move()

        assert await client.until_pong() == []

    play(scenario)
