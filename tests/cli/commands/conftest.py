"""Commands in this process, on a real database and the real simulated exchange."""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL

from cli.main import run
from tests.cli.commands.model_by_hand import account, analyse, picture, rows_of, use_model
from tests.cli.commands.ran import Ran, Run
from tests.fixtures.desk_fixtures import (
    owner,
    proxy,
    unhurried_reads,
    venue,
)
from tests.fixtures.desks import new_account
from tests.fixtures.plotted_market import SYMBOLS
from tests.fixtures.simulator import Venue, open_venue
from tests.tasks.model_analyst.conftest import _addresses, stand_in

__all__ = [
    "_addresses",
    "account",
    "analyse",
    "open_venue",
    "owner",
    "picture",
    "proxy",
    "rows_of",
    "stand_in",
    "unhurried_reads",
    "use_model",
    "venue",
]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of the developer is near, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _former_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = tuple(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def autotrader(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command: `autotrader("positions", "--json")`."""

    def run_one(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run_one


@pytest.fixture
def use_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, Any]], None]:
    """Put settings into the environment, by name without the prefix."""

    def use(settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"AUTOTRADER_{name}", str(value))

    return use


@pytest.fixture
def use_desk(
    desk_database_url: str, use_settings: Callable[[Mapping[str, Any]], None]
) -> Callable[[Venue], str]:
    """Point the settings at a venue and the shared database; gives the new account's name."""

    def use(venue: Venue) -> str:
        account = new_account()
        use_settings(
            {
                "ACCOUNT": account,
                "DATABASE_URL": desk_database_url,
                "EXCHANGE_BASE_URL": venue.rest,
                "EXCHANGE_API_KEY": venue.api_key,
                "EXCHANGE_API_SECRET": venue.api_secret,
                "RECV_WINDOW_MS": 1000,
                "CLOCK": "exchange",
                "SYMBOLS": ",".join(SYMBOLS),
            }
        )
        return account

    return use


@pytest.fixture
def with_prefect(prefect_server: None, use_settings: Callable[[Mapping[str, Any]], None]) -> None:
    """Prefect's API of this test process is the one of the settings."""
    del prefect_server
    use_settings({"PREFECT_API_URL": PREFECT_API_URL.value()})


@pytest.fixture
def short_folder() -> Iterator[str]:
    """A folder for an embedded database: the path of its socket must be short."""
    folder = tempfile.mkdtemp(prefix="desk-")
    yield folder
    shutil.rmtree(folder)
