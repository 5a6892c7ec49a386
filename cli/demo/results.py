"""What a demo left behind: read once from its database and the exchange, while both still run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session, sessionmaker

from cli.audit.audit import Audit, audit
from cli.demo.stage import Stage
from config.settings import Settings
from db.engine import EngineOptions, create_engine
from db.keys import AccountKey
from db.queries.account import latest_wallet, positions
from db.queries.decisions import ReasonCount, decisions_by_reason
from db.queries.summary import Summary, summary
from db.queries.trades import recent_trades, trade_totals
from db.repositories.trades import Trade
from db.unit_of_work import read_session, session_factory
from flows.trading_cycle import FLOW

_SHOWN_TRADES = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the account stands at one moment, for the progress bar."""

    equity_usdt: Decimal
    open_positions: int
    trades: int


@dataclass(frozen=True, slots=True)
class Results:
    """Everything the report tells. Trades newest first."""

    summary: Summary
    reasons: list[ReasonCount]
    trades: list[Trade]
    audit: Audit


@contextmanager
def database_of(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Sessions on the demo's database."""
    engine = create_engine(
        settings.database_url.get_secret_value(), EngineOptions(application_name="demo")
    )
    try:
        yield session_factory(engine)
    finally:
        engine.dispose()


def read_standing(sessions: sessionmaker[Session], settings: Settings) -> Standing:
    """The newest wallet, positions and trades."""
    key = _account(settings)
    with read_session(sessions) as session:
        wallet = latest_wallet(session, key)
        return Standing(
            equity_usdt=wallet.equity_usdt if wallet else Decimal(0),
            open_positions=len(positions(session, key)),
            trades=trade_totals(session, key).opened,
        )


def read_results(sessions: sessionmaker[Session], stage: Stage) -> Results:
    """Read and audit everything. The last sync was at the present market time."""
    records = stage.simulator.control.records()
    key = _account(stage.settings)
    with read_session(sessions) as session:
        return Results(
            summary=summary(session, key, flow=FLOW),
            reasons=decisions_by_reason(session, key),
            trades=recent_trades(session, key, limit=_SHOWN_TRADES),
            audit=audit(session, key, records),
        )


def _account(settings: Settings) -> AccountKey:
    return AccountKey(settings.environment, settings.account)
