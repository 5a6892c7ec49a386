"""Backtests over a made-up market, and an archive that keeps them in a database of the test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from config.settings import Settings
from tasks.backtesting.archive import Archive
from tasks.backtesting.opening import archive_of
from tasks.backtesting.past import Past
from tasks.backtesting.questions import Question, SweepQuestion
from tasks.backtesting.resources import past_on_files
from tests.fixtures.candle_folder import SYMBOLS, write_candles

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = datetime(2025, 1, 1, tzinfo=UTC)

Ask = Callable[..., Question]
AskMany = Callable[..., SweepQuestion]


@pytest.fixture(scope="session")
def candle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_candles(tmp_path_factory.mktemp("candles"))


@pytest.fixture
def ask(candle_folder: Path) -> Ask:
    """A question with sensible contents; a test names what matters to it."""

    def question(**changed: Any) -> Question:
        usual = {
            "strategy": "sma-cross",
            "symbols": SYMBOLS,
            "since": SINCE,
            "until": NOW,
            "folder": candle_folder,
            "rules": {"stop": 0.02},
        }
        return Question.model_validate({**usual, **changed})

    return question


@pytest.fixture
def ask_many(ask: Ask) -> AskMany:
    """A sweep over that question: 4 x 3 combinations, one of which the strategy forbids."""

    def question(base: dict[str, Any] | None = None, **changed: Any) -> SweepQuestion:
        usual = {
            "base": ask(**(base or {})),
            "grids": ("fast=5:20:5", "slow=20:60:20"),
            "fewest_trades": 5,
        }
        return SweepQuestion.model_validate({**usual, **changed})

    return question


@pytest.fixture
def free_archive() -> Past:
    """Reads folders and keeps nothing."""
    return replace(past_on_files(Settings()), now=lambda: NOW)


@pytest.fixture
def archive(session_factory: sessionmaker[Session]) -> Archive:
    """Keeps everything in a database of the test."""
    return replace(archive_of(Settings(), session_factory), now=lambda: NOW)
