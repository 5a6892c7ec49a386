"""The disk of the exchange's journal is full when the desk trades."""

import resource
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db.models import IntentRow
from tests.bad_input.commands import Command
from tests.contract.gateway.conftest import long_entry
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from trading.errors import ExchangeOutcomeUnknownError
from trading.intent_states import IntentState

pytestmark = [
    ONE_WORKER,
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit(2), Linux"),
]

SYMBOL = "BTCUSDT"
HALF_A_LINE = 40
"""Bytes that still fit on the full disk."""

TRADE = ("trade", SYMBOL, "long", "--yes", "--json")
COMPLAINT = "; the command was not applied: free disk space and send it again"
"""What the exchange logs; its answer is the real one's: "Server error.", outcome unknown."""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "exchange.journal"


@pytest.fixture
def start(
    open_venue: Callable[..., Venue], journal: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Venue]:
    """Start the exchange of the journal, again after it ended."""
    # Its coverage would be written to the full disk as well, and end up half-written.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    keys = ("--api-key", "key", "--api-secret", "secret", "--rate-limits", "off")
    market = ("--speed", "step", "--seed", "1", "--symbols", SYMBOL, "--start", "2026-01-05")
    return lambda: open_venue(*market, *keys, "--journal", str(journal))


def fill_disk(venue: Venue, journal: Path) -> None:
    """Let the exchange write half a line more and nothing after it, as on a full disk."""
    room = journal.stat().st_size + HALF_A_LINE
    resource.prlimit(venue.process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


def test_a_trade_is_not_half_done_and_the_exchange_lives_on(
    command: Command,
    start: Callable[[], Venue],
    journal: Path,
    own_database_url: str,
    prefect_url: str,
    engine: Engine,
) -> None:
    venue = start()
    desk = settings(venue, own_database_url, prefect_url)
    assert command("sync", **desk).code == 0
    price = venue.gateway.ticker(SYMBOL).last
    stop, target = (round(price * percent / 100, 1) for percent in (97, 106))
    trade = (*TRADE, "--stop", str(stop), "--target", str(target))
    before, kept = venue.records(), journal.read_bytes()
    fill_disk(venue, journal)

    told = command(*trade, **desk)

    assert (told.code, told.answer["state"]) == (1, "not_executed")
    assert "the exchange's log or status page says more" in told.answer["detail"]
    assert f"cannot write {journal}: " in told.err
    assert COMPLAINT in told.err
    assert states(engine) == [IntentState.NOT_EXECUTED]
    assert venue.records() == before
    assert journal.read_bytes() == kept
    assert venue.gateway.wallet_balance().equity_usdt == 10_000

    venue.kill()
    again = start()
    assert again.records() == before
    # A trade wished for at the same moment would be the same one.
    again.advance(timedelta(minutes=1))
    retried = command(*trade, **{**desk, "exchange_base_url": again.rest})
    assert (retried.code, retried.answer["state"]) == (0, "filled")
    assert len([order for order in again.records()["orders"] if order["orderLinkId"]]) == 1


def test_an_order_on_a_full_disk_is_nowhere(
    start: Callable[[], Venue], journal: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    venue = start()
    ticker = venue.gateway.ticker(SYMBOL)
    kept = journal.read_bytes()
    fill_disk(venue, journal)

    with pytest.raises(ExchangeOutcomeUnknownError, match="server error") as failed:
        venue.gateway.place(long_entry(ticker, "at-full"))

    assert failed.value.code == 10016
    assert venue.gateway.order_by_link_id(SYMBOL, "at-full") is None
    assert venue.gateway.positions() == []
    assert journal.read_bytes() == kept
    assert COMPLAINT in capfd.readouterr().err


def settings(venue: Venue, database_url: str, prefect_url: str) -> dict[str, Any]:
    return {
        "clock": "exchange",
        "database_url": database_url,
        "exchange_api_key": venue.api_key,
        "exchange_api_secret": venue.api_secret,
        "exchange_base_url": venue.rest,
        "prefect_api_url": prefect_url,
        "recv_window_ms": 1000,
        "symbols": SYMBOL,
    }


def states(engine: Engine) -> list[IntentState]:
    with engine.connect() as connection:
        return list(connection.scalars(select(IntentRow.state)))
