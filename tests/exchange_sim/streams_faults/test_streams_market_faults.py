"""Candles and books on the public socket that are not what they should be."""

from decimal import Decimal
from itertools import pairwise

from tests.exchange_sim.streams_faults.venue import MINUTE_MS, Venue

KLINE = "kline.1.BTCUSDT"
BOOK = "orderbook.50.BTCUSDT"


async def candles(venue: Venue, fault: str = "", minutes: int = 5, **parameters: object) -> list:
    """(market ms of the push, row) of each candle pushed in some minutes with a fault on."""
    client = await venue.watch(KLINE)
    if fault:
        venue.on(fault, **parameters)
    venue.move(minutes * MINUTE_MS)
    frames = await client.until_pong()
    return [(frame["ts"], row) for frame in frames for row in frame["data"]]


def confirmed(rows: list) -> list[int]:
    return [row["start"] for _, row in rows if row["confirm"]]


def test_a_candle_is_never_confirmed(play) -> None:
    async def scenario(venue: Venue) -> None:
        rows = await candles(venue, "kline.no_confirm")

        assert confirmed(rows) == []
        assert len({row["start"] for _, row in rows}) >= 5

    play(scenario)


def test_a_candle_is_confirmed_twice(play) -> None:
    async def scenario(venue: Venue) -> None:
        starts = confirmed(await candles(venue, "kline.double_confirm"))

        assert starts[::2] == starts[1::2]
        assert len(starts) in {8, 10}

    play(scenario)


def test_a_candle_is_confirmed_late_by_the_market_clock(play) -> None:
    async def scenario(venue: Venue) -> None:
        rows = await candles(venue, "kline.late_confirm", ms=70_000)
        places = {row["start"]: place for place, (_, row) in enumerate(rows) if row["confirm"]}

        assert len(places) >= 3
        for start, place in places.items():
            due = rows[place][0] + 70_000
            assert max(ts for ts, _ in rows[:place]) < due  # not before its time
            assert rows[place + 1][0] >= due  # but before the next push
            assert start + MINUTE_MS <= due

    play(scenario)


def test_a_late_candle_comes_even_when_the_fault_is_off_again(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.watch(KLINE)
        venue.on("kline.late_confirm", ms=70_000, count=1)
        venue.move(3 * MINUTE_MS)

        rows = [(frame["ts"], frame["data"][0]) for frame in await client.until_pong()]

        starts = confirmed(rows)
        assert starts[0] > starts[1]  # the first confirmation was overtaken by the second
        assert len(set(starts)) == len(starts)

    play(scenario)


def test_a_confirmed_candle_is_revised(play) -> None:
    async def scenario(venue: Venue) -> None:
        rows = [row for _, row in await candles(venue, "kline.revise_last", pct="0.5", count=1)]
        first, second = [row for row in rows if row["confirm"]][:2]

        assert first["start"] == second["start"]
        ratio = Decimal(second["close"]) / Decimal(first["close"])
        assert abs(ratio - Decimal("1.005")) < Decimal("0.00001")
        assert Decimal(second["low"]) <= Decimal(second["close"]) <= Decimal(second["high"])

    play(scenario)


def test_a_delta_comes_before_its_snapshot(play) -> None:
    async def scenario(venue: Venue) -> None:
        venue.on("ws.delta_first")
        client = await venue.watch()
        await client.ask("subscribe", BOOK, "tickers.BTCUSDT", "orderbook.1.BTCUSDT")

        frames = (await client.until_pong())[1:]

        assert [(frame["topic"].partition(".")[0], frame["type"]) for frame in frames] == [
            ("orderbook", "delta"),
            ("orderbook", "snapshot"),
            ("tickers", "delta"),
            ("tickers", "snapshot"),
            ("orderbook", "snapshot"),
        ]

    play(scenario)


def test_a_lost_delta_leaves_a_gap_in_u(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.watch(BOOK)
        venue.on("ws.u_gap", match={"nth": 3})
        venue.move()

        updates = [frame["data"]["u"] for frame in await client.until_pong()]

        steps = [later - earlier for earlier, later in pairwise(updates)]
        assert steps.count(2) == 1
        assert set(steps) == {1, 2}

    play(scenario)


def test_a_book_starts_anew_in_the_middle(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.watch(BOOK)
        venue.on("ws.snapshot_mid", match={"nth": 3})
        venue.move()

        frames = await client.until_pong()

        assert [frame["type"] for frame in frames[:4]] == ["delta", "delta", "snapshot", "delta"]
        assert [frame["data"]["u"] for frame in frames[2:4]] == [1, 2]
        assert len(frames[2]["data"]["b"]) == 50

    play(scenario)


def test_all_books_start_anew_after_a_restart(play) -> None:
    async def scenario(venue: Venue) -> None:
        client = await venue.watch(BOOK, "orderbook.50.ETHUSDT", "tickers.BTCUSDT")

        venue.public.restart_books()

        frames = await client.until_pong()
        assert [(frame["type"], frame["data"]["u"]) for frame in frames] == [("snapshot", 1)] * 2
        await client.socket.close()
        later = await venue.watch()
        await later.ask("subscribe", BOOK)
        assert (await later.until_pong())[1]["data"]["u"] == 1

    play(scenario)
