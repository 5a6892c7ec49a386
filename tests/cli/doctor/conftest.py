"""Accounts that are healthy, and accounts that are not."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pybit.unified_trading import HTTP

from tests.fixtures.desk_fixtures import unhurried_reads
from tests.fixtures.simulator import Venue, open_venue

__all__ = [
    "open_venue",
    "unhurried_reads",
]


@pytest.fixture
def switch_to_hedge() -> Callable[[Venue, str], None]:
    """Put a symbol into hedge mode, as its owner can in the exchange's app."""

    def switch(venue: Venue, symbol: str) -> None:
        session = HTTP(api_key=venue.api_key, api_secret=venue.api_secret)
        session.endpoint = venue.rest
        session.client.trust_env = False
        session.switch_position_mode(category="linear", symbol=symbol, mode=3)
        session.client.close()

    return switch


@pytest.fixture
def environment_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Mapping[str, str]], None]:
    """Put settings into the environment of an empty folder."""

    def use(settings: Mapping[str, str]) -> None:
        monkeypatch.chdir(tmp_path)
        for name, value in settings.items():
            monkeypatch.setenv(f"AUTOTRADER_{name}", value)

    return use
