from collections.abc import Callable

import pytest

from tests.fixtures.simulator import Venue, open_venue

__all__ = ["open_venue"]

SYMBOL = "BTCUSDT"


@pytest.fixture
def venue(open_venue: Callable[..., Venue]) -> Venue:
    """A stepped synthetic market of one symbol without rate limits."""
    return open_venue(
        "--speed", "step", "--seed", "1", "--symbols", SYMBOL,
        "--start", "2026-01-05T00:00:00Z", "--rate-limits", "off",
    )  # fmt: skip
