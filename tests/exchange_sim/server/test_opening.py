"""Opening the exchange: market, journal, restart."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from exchange_sim.engine.errors import JournalError
from exchange_sim.market.errors import MarketDataError
from exchange_sim.server.opening import open_exchange, open_journal, open_market
from exchange_sim.server.settings import ACCOUNT, Settings

NOW = 1_760_000_400_000
SETTINGS = Settings(api_key="k", api_secret="s", control_token="t", symbols=("BTCUSDT",))


def opened(settings: Settings, now_ms: int = NOW):
    market = open_market(settings, now_ms)
    return open_exchange(settings, market, open_journal(settings, market))


def test_a_synthetic_market_starts_now_unless_told(tmp_path: Path) -> None:
    assert open_market(SETTINGS, NOW).start_ms == NOW
    assert open_market(replace(SETTINGS, start_ms=NOW - 60_000), NOW).start_ms == NOW - 60_000
    assert open_market(replace(SETTINGS, symbols=None), NOW).symbols == (
        "BTCUSDT",
        "ETHUSDT",
        "SOLUSDT",
    )
    with pytest.raises(MarketDataError):
        open_market(replace(SETTINGS, data=tmp_path / "none"), NOW)


def test_the_account_of_the_key_is_open_with_its_balance() -> None:
    exchange = opened(replace(SETTINGS, balance=Decimal(250)))

    assert exchange.accounts == [ACCOUNT]
    assert exchange.wallet(ACCOUNT).balance == 250


def test_a_restarted_exchange_is_the_one_that_was_stopped(tmp_path: Path) -> None:
    settings = replace(SETTINGS, journal=tmp_path / "journal")
    first = opened(settings)
    first.deposit(ACCOUNT, Decimal(5))
    first.advance(NOW + 3_600_000)
    before = first.state_hash()
    first.close()

    second = opened(settings, NOW + 99_000_000)

    assert second.state_hash() == before
    assert second.now_ms == NOW + 3_600_000
    second.close()


def test_a_journal_of_another_market_is_refused_with_the_difference(tmp_path: Path) -> None:
    settings = replace(SETTINGS, journal=tmp_path / "journal")
    opened(settings).close()

    with pytest.raises(JournalError, match="seed was 1 and is now 2"):
        opened(replace(settings, seed=2))


@pytest.mark.parametrize("line", ["", "not json\n", "[1]\n", json.dumps({"start_ms": "x"}) + "\n"])
def test_an_unreadable_journal_does_not_decide_the_start(tmp_path: Path, line: str) -> None:
    path = tmp_path / "journal"
    path.write_text(line)

    assert open_market(replace(SETTINGS, journal=path), NOW).start_ms == NOW
