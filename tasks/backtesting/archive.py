"""Where a backtest is kept: the database, and a folder of pages."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from tasks.backtesting.past import Past
from trading.backtest.report import Report


@dataclass(frozen=True, slots=True)
class Archive(Past):
    """A past whose answers are kept.

    `pages` writes the page of a report that is kept by its id, and says where it is.
    """

    pages: Callable[[UUID, Report], Path]
    kept_in: sessionmaker[Session]
