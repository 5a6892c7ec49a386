"""A whole desk that is given what it must refuse: database, exchange, Prefect, command line."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina
import structlog
from prefect.settings import PREFECT_API_URL

from cli.main import run
from tests.bad_input.breakout_market import BREAKS_OUT, STARTS, SYMBOLS, write_candles
from tests.bad_input.commands import Command, Told, variables
from tests.fixtures.simulator import Venue, open_venue, venues

__all__ = [
    "open_venue",
]


@pytest.fixture(autouse=True)
def _unhurried_reads() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def command(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    _restored_logging: None,
) -> Command:
    """Run `autotrader` in an empty folder, as main does, with the given settings."""
    monkeypatch.chdir(tmp_path)

    def run_one(*words: str, **settings: object) -> Told:
        with monkeypatch.context() as environment:
            for name, value in variables(settings).items():
                environment.setenv(name, value)
            capfd.readouterr()
            code = run(words)
        said = capfd.readouterr()
        return Told(code, said.out, said.err)

    return run_one


@pytest.fixture
def prefect_url(prefect_server: None) -> str:
    """The Prefect API of this test process."""
    return str(PREFECT_API_URL.value())


@pytest.fixture(scope="session")
def breakout_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The candles of the market that breaks out."""
    folder = tmp_path_factory.mktemp("breakout")
    for symbol in SYMBOLS:
        write_candles(folder, symbol)
    return folder


@pytest.fixture
def venue(open_venue: Callable[..., Venue], breakout_folder: Path) -> Venue:
    """An exchange of the test's own that stands still at the breakout."""
    return _at_breakout(open_venue, breakout_folder)


@pytest.fixture(scope="session")
def idle_venue(breakout_folder: Path) -> Iterator[Venue]:
    """The same for tests at whose end nothing may have been ordered; they share it."""
    with venues() as start_one:
        yield _at_breakout(start_one, breakout_folder)


def _at_breakout(start_one: Callable[..., Venue], folder: Path) -> Venue:
    opened = start_one("--speed", "step", "--data", str(folder), "--rate-limits", "off")
    opened.advance(BREAKS_OUT - STARTS)
    return opened


@pytest.fixture
def desk(venue: Venue, own_database_url: str, prefect_url: str) -> dict[str, Any]:
    """The settings of a desk on that exchange, with an empty database of the test's own."""
    return _settings(venue, own_database_url, prefect_url)


@pytest.fixture
def idle_desk(idle_venue: Venue, own_database_url: str, prefect_url: str) -> dict[str, Any]:
    """The settings of a desk that shares the exchange on which nobody trades."""
    return _settings(idle_venue, own_database_url, prefect_url)


def _settings(venue: Venue, database_url: str, prefect_url: str) -> dict[str, Any]:
    return {
        "clock": "exchange",
        "database_url": database_url,
        "exchange_api_key": venue.api_key,
        "exchange_api_secret": venue.api_secret,
        "exchange_base_url": venue.rest,
        "exchange_timeout_seconds": 5,
        "prefect_api_url": prefect_url,
        "recv_window_ms": 1000,
        "symbols": ",".join(SYMBOLS),
    }
