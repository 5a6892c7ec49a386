"""Runs a scenario against a served venue whose market is synthetic."""

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable, Iterator

import pytest

from exchange_sim.market.feed import Market
from tests.exchange_sim.streams_faults.venue import Venue, opened

START_MS = 1_760_000_400_000  # 2025-10-09T09:00:00Z
Play = Callable[[Callable[[Venue], Awaitable[None]]], None]


@pytest.fixture(scope="session")
def market() -> Market:
    return Market.synthetic(7, ["BTCUSDT", "ETHUSDT"], START_MS)


@pytest.fixture
def play(market: Market) -> Play:
    def run(scenario: Callable[[Venue], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with opened(market) as venue:
                await scenario(venue)

        asyncio.run(whole())

    return run


@pytest.fixture(autouse=True)
def _reset_sockets_are_collected_here() -> Iterator[None]:
    """A client whose connection was reset leaves its socket to the collector, not to others."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
