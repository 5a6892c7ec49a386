"""Round trips: opened by an entry's first fill, revised while open, closed once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import IntentRow, TradeRow
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from db.states import ExitReason, TradeStatus
from trading.errors import InvariantError
from trading.intent_states import IntentState
from trading.orders import PositionIndex
from trading.positions import Direction


@dataclass(frozen=True, slots=True)
class NewTrade:
    """A trade that has just been entered. `risk_usdt` is what the stop is to cost."""

    account: AccountKey
    symbol: str
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    opened_at: datetime
    last_sequence: int
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    risk_usdt: Decimal | None = None
    fees_usdt: Decimal = Decimal(0)
    decision_id: UUID | None = None
    entry_intent_id: UUID | None = None
    position_index: PositionIndex = PositionIndex.ONE_WAY


@dataclass(frozen=True, slots=True)
class Revision:
    """An open trade as it stands now; fees and funding are totals, not additions."""

    quantity: Decimal
    entry_price: Decimal
    stop_loss: Decimal | None
    take_profit: Decimal | None
    fees_usdt: Decimal
    funding_usdt: Decimal
    naked_seconds: int
    last_sequence: int
    naked_usdt_seconds: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Exit:
    """How a trade ended. Totals in USDT; `pnl_usdt` is after fees and funding."""

    exit_price: Decimal
    exit_reason: ExitReason
    closed_at: datetime
    fees_usdt: Decimal
    funding_usdt: Decimal
    pnl_usdt: Decimal


@dataclass(frozen=True, slots=True)
class Trade:
    """A round trip. What only its end can tell is None while it is open."""

    id: UUID
    symbol: str
    direction: Direction
    position_index: PositionIndex
    status: TradeStatus
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal | None
    stop_loss: Decimal | None
    take_profit: Decimal | None
    risk_usdt: Decimal | None
    fees_usdt: Decimal
    funding_usdt: Decimal
    pnl_usdt: Decimal | None
    r_multiple: Decimal | None
    naked_seconds: int
    last_sequence: int
    exit_reason: ExitReason | None
    opened_at: datetime
    closed_at: datetime | None
    decision_id: UUID | None
    entry_intent_id: UUID | None
    naked_usdt_seconds: Decimal = Decimal(0)
    trailing_distance: Decimal | None = None


def open_trade(session: Session, new: NewTrade) -> Trade:
    """The trade. The database refuses a second open trade in the same position."""
    columns = columns_of(new)
    columns.pop("account")
    row = TradeRow(
        **account_columns(new.account),
        **columns,
        status=TradeStatus.OPEN,
        funding_usdt=Decimal(0),
        naked_seconds=0,
        naked_usdt_seconds=Decimal(0),
    )
    session.add(row)
    session.flush()
    return value_of(Trade, row)


def revise_trade(session: Session, trade_id: UUID, revision: Revision) -> Trade:
    """The open trade with its new figures. Raises InvariantError if it is closed."""
    return _update_open(session, trade_id, columns_of(revision))


def close_trade(session: Session, trade_id: UUID, ending: Exit) -> Trade:
    """The closed trade with its P&L and R multiple. Raises InvariantError if it was closed.

    R multiple = P&L / what the stop was to cost; None for a trade without a planned risk.
    """
    changes = {
        **columns_of(ending),
        "status": TradeStatus.CLOSED,
        "r_multiple": ending.pnl_usdt / TradeRow.risk_usdt,
    }
    return _update_open(session, trade_id, changes)


def open_trades(session: Session, key: AccountKey) -> list[Trade]:
    """Trades that hold a position, by symbol."""
    statement = select(TradeRow).where(
        belongs_to(TradeRow, key), TradeRow.status == TradeStatus.OPEN
    )
    ordered = statement.order_by(TradeRow.symbol, TradeRow.position_index)
    return [value_of(Trade, row) for row in session.scalars(ordered)]


def newest_closed(session: Session, key: AccountKey, symbol: str) -> Trade | None:
    """The closed trade of a symbol that ended last."""
    statement = select(TradeRow).where(
        belongs_to(TradeRow, key),
        TradeRow.symbol == symbol,
        TradeRow.status == TradeStatus.CLOSED,
    )
    newest = statement.order_by(TradeRow.closed_at.desc(), TradeRow.last_sequence.desc())
    row = session.scalars(newest.limit(1)).one_or_none()
    return None if row is None else value_of(Trade, row)


def move_levels(
    session: Session,
    trade_id: UUID,
    *,
    stop_loss: Decimal | None,
    take_profit: Decimal | None,
) -> Trade:
    """The open trade with the stop and target that now stand at the exchange."""
    return _update_open(session, trade_id, {"stop_loss": stop_loss, "take_profit": take_profit})


def record_trailing(session: Session, trade_id: UUID, distance: Decimal) -> Trade:
    """The open trade with the distance of the trailing stop that stands at the exchange."""
    return _update_open(session, trade_id, {"trailing_distance": distance})


def planned_stops(session: Session, key: AccountKey) -> dict[UUID, Decimal]:
    """The stop that each open trade was entered with, by trade; those of other hands have none."""
    statement = (
        select(TradeRow.id, IntentRow.stop_loss)
        .join(IntentRow, IntentRow.id == TradeRow.entry_intent_id)
        .where(belongs_to(TradeRow, key), TradeRow.status == TradeStatus.OPEN)
    )
    return {trade: stop for trade, stop in session.execute(statement) if stop is not None}


def entered_leverage(session: Session, key: AccountKey) -> dict[UUID, Decimal]:
    """The leverage that each open trade of the desk was entered with, by trade."""
    statement = (
        select(TradeRow.id, IntentRow.leverage)
        .join(IntentRow, IntentRow.id == TradeRow.entry_intent_id)
        .where(belongs_to(TradeRow, key), TradeRow.status == TradeStatus.OPEN)
    )
    return {row.id: row.leverage for row in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class UnbookedEntry:
    """A sent entry whose position no trade holds yet: what the next booking will make one of."""

    intent_id: UUID
    stop_loss: Decimal | None
    take_profit: Decimal | None
    decision_id: UUID | None


def unbooked_entry(session: Session, key: AccountKey, symbol: str) -> UnbookedEntry | None:
    """The newest entry of a symbol that filled, or rests and may fill in part, without a trade."""
    is_booked = select(TradeRow.id).where(TradeRow.entry_intent_id == IntentRow.id).exists()
    statement = (
        select(IntentRow.id, IntentRow.stop_loss, IntentRow.take_profit, IntentRow.decision_id)
        .where(
            belongs_to(IntentRow, key),
            IntentRow.symbol == symbol,
            IntentRow.reduce_only.is_(False),
            IntentRow.state.in_((IntentState.FILLED, IntentState.ACKNOWLEDGED)),
            ~is_booked,
        )
        .order_by(IntentRow.reserved_at.desc(), IntentRow.id.desc())
    )
    found = session.execute(statement.limit(1)).one_or_none()
    return None if found is None else UnbookedEntry(*found)


def _update_open(session: Session, trade_id: UUID, changes: dict[str, object]) -> Trade:
    statement = (
        update(TradeRow)
        .where(TradeRow.id == trade_id, TradeRow.status == TradeStatus.OPEN)
        .values(changes)
        .returning(TradeRow)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        message = f"trade {trade_id} is not open; a closed trade is never changed"
        raise InvariantError(message)
    return value_of(Trade, row)
