"""The market clock at its paces."""

import asyncio

import pytest

from exchange_sim.engine.errors import JournalError
from exchange_sim.engine.journal import Entry, NoJournal
from exchange_sim.server import clocks as clocks_module
from exchange_sim.server.clocks import SLICE_MS, Clocks
from exchange_sim.server.lazy_journal import LazyJournal
from exchange_sim.server.pace import REAL, STEPPED, Pace


def clocks_of(desk, **options) -> Clocks:
    given = {"journal": LazyJournal(NoJournal()), "pace": STEPPED} | options
    return Clocks(desk.exchange, desk.time, **given)


def test_a_stepped_market_stands_still(desk) -> None:
    clocks, start = clocks_of(desk), desk.exchange.now_ms
    desk.time.now_ms += 60_000

    clocks.catch_up()

    assert desk.exchange.now_ms == start == clocks.target_ms()


@pytest.mark.parametrize(("pace", "moved_ms"), [(REAL, 2_000), (Pace(60.0, "60"), 120_000)])
def test_a_running_market_moves_at_its_pace_from_where_it_stood(desk, pace, moved_ms) -> None:
    clocks, start = clocks_of(desk, pace=pace), desk.exchange.now_ms
    desk.time.now_ms += 2_000

    clocks.catch_up()

    assert desk.exchange.now_ms == start + moved_ms


def test_one_request_moves_the_market_by_an_hour_at_most(desk) -> None:
    clocks, start = clocks_of(desk, pace=Pace(3_600.0, "3600")), desk.exchange.now_ms
    desk.time.now_ms += 10_000

    clocks.catch_up()

    assert desk.exchange.now_ms == start + SLICE_MS


def test_a_market_that_follows_the_wall_catches_up_with_it(desk) -> None:
    desk.time.now_ms = desk.exchange.now_ms + 1_800_000
    clocks = clocks_of(desk, pace=REAL, follows_wall=True)

    clocks.catch_up()

    assert desk.exchange.now_ms == desk.time.now_ms
    assert clocks.accepted_ms() == (desk.time.now_ms,)


def test_a_steered_market_accepts_its_own_clock_too(desk) -> None:
    clocks = clocks_of(desk)

    assert clocks.accepted_ms() == (desk.time.now_ms, desk.exchange.now_ms)


def test_the_market_stops_where_its_data_ends(desk) -> None:
    end = desk.exchange.now_ms + 500
    clocks = clocks_of(desk, pace=REAL, end_ms=end)
    desk.time.now_ms += 10_000

    clocks.catch_up()

    assert desk.exchange.now_ms == end


def test_a_new_pace_holds_from_now_on(desk) -> None:
    clocks, start = clocks_of(desk, pace=REAL), desk.exchange.now_ms
    desk.time.now_ms += 1_000
    clocks.set_pace(Pace(10.0, "10"))
    desk.time.now_ms += 1_000

    assert clocks.target_ms() == start + 1_000 + 10_000


def test_advancing_lets_others_in_every_hour_and_ends_at_the_moment_asked(desk) -> None:
    clocks, start = clocks_of(desk), desk.exchange.now_ms
    seen = []

    async def scenario() -> None:
        async def watch() -> None:
            while len(seen) < 3:
                seen.append(desk.exchange.now_ms - start)
                await asyncio.sleep(0)

        await asyncio.gather(clocks.advance(start + 3 * SLICE_MS + 5), watch())

    asyncio.run(scenario())

    assert desk.exchange.now_ms == start + 3 * SLICE_MS + 5
    assert seen == [SLICE_MS, 2 * SLICE_MS, 3 * SLICE_MS]


class FullDisk(NoJournal):
    """A journal on a full disk."""

    def append(self, entry: Entry) -> None:
        """Refuse."""
        message = "no space left"
        raise JournalError(message)


def test_the_driver_moves_the_market_and_survives_a_full_disk(desk, monkeypatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(clocks_module, "TICK_S", 0)
    journal = LazyJournal(FullDisk())
    journal.append(Entry(1, "advance"))
    clocks = clocks_of(desk, pace=REAL, journal=journal)
    target = desk.exchange.now_ms + 5_000
    desk.time.now_ms += 5_000

    async def scenario() -> None:
        warned = asyncio.Event()
        monkeypatch.setattr(
            clocks_module._logger,
            "warning",
            lambda *words: (warnings.append(str(words)), warned.set()),
        )
        driver = asyncio.create_task(clocks.run())
        await warned.wait()
        driver.cancel()
        await asyncio.gather(driver, return_exceptions=True)

    asyncio.run(asyncio.wait_for(scenario(), 5))

    assert desk.exchange.now_ms == target
    assert "no space left" in warnings[0]
