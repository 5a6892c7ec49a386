"""Read the account from the exchange: what it holds, and everything that happened since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.repositories import executions, heartbeats, ledger, orders, wallet
from db.unit_of_work import read_session
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.account import Transaction, Wallet
from trading.errors import BadDataError, ExchangeHaltedError, ExchangeRefusedError
from trading.executions import Execution
from trading.orders import Order, PositionIndex
from trading.positions import Position, PositionMode

OVERLAP = timedelta(minutes=2)
"""How far before the newest known row a sync reads again: late rows are found, known ones kept."""


@dataclass(frozen=True, slots=True)
class AccountReading:
    """One look at the account. `read_at` is just before the first question.

    `executions` are those from `executions_since` on. `in_hedge_mode` are the symbols of the desk
    that hold a long and a short side by side, a mode the desk cannot trade in.
    """

    read_at: datetime
    positions: tuple[Position, ...]
    open_orders: tuple[Order, ...]
    closed_orders: tuple[Order, ...]
    executions: tuple[Execution, ...]
    transactions: tuple[Transaction, ...]
    wallet: Wallet
    executions_since: datetime
    in_hedge_mode: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Watermarks:
    """From when on each history is read."""

    orders: datetime
    executions: datetime
    transactions: datetime


@step(name="read-account", task_run_name="read account", **SAFE_TO_RETRY)
def read_account(resources: Resources) -> AccountReading:
    """Orders first, then executions, then positions, then money.

    In this order a fill between two questions shows as a position whose execution comes with the
    next reading, never as an execution without its position. The first sync of an account reads
    no history: what happened before the desk belongs to none of its trades.
    """
    read_at = resources.now()
    since = _watermarks(resources, read_at)
    gateway = resources.gateway
    open_orders = tuple(gateway.open_orders())
    closed_orders = tuple(gateway.order_history_since(since.orders))
    executions = tuple(gateway.executions_since(since.executions))
    positions = tuple(gateway.positions())
    return AccountReading(
        read_at=read_at,
        open_orders=open_orders,
        closed_orders=closed_orders,
        executions=executions,
        positions=positions,
        transactions=tuple(gateway.transactions_since(since.transactions)),
        wallet=gateway.wallet_balance(),
        executions_since=since.executions,
        in_hedge_mode=_in_hedge_mode(resources, positions),
    )


def _in_hedge_mode(resources: Resources, positions: tuple[Position, ...]) -> tuple[str, ...]:
    """Symbols in hedge mode: a row with a leg says so, a flat symbol is asked for."""
    held = {position.symbol for position in positions}
    legs = {one.symbol for one in positions if one.position_index is not PositionIndex.ONE_WAY}
    flat = (symbol for symbol in resources.desk.symbols if symbol not in held)
    # One after the other: a sync asks in an order that can be repeated, and killed anywhere in it.
    return tuple(sorted(legs | {symbol for symbol in flat if _is_hedged(resources, symbol)}))


def _is_hedged(resources: Resources, symbol: str) -> bool:
    try:
        return resources.gateway.position_mode(symbol) is PositionMode.HEDGE
    except ExchangeHaltedError:
        raise
    except (ExchangeRefusedError, BadDataError):
        # The exchange does not list the symbol; the preparation of a cycle says so.
        return False


def _watermarks(resources: Resources, read_at: datetime) -> _Watermarks:
    key = resources.desk.account
    with read_session(resources.sessions) as session:
        began = wallet.first_taken_at(session, key) or read_at
        # What is not known yet may be as old as the account's first sync; of what the stream
        # missed, its newest row says nothing: it is as old as the last sync.
        looked = heartbeats.last_beat_at(session, key, "sync") or began
        ordered = min(orders.newest_created_at(session, key) or began, looked)
        executed = min(executions.newest_at(session, key) or began, looked)
        booked = ledger.newest_at(session, key) or began
        # The history is searched by the time of creation, and a stop may be days old when it
        # triggers: read from the oldest order that we believe open.
        oldest_open = orders.oldest_open_at(session, key) or ordered
    return _Watermarks(
        orders=max(began, min(oldest_open, ordered) - OVERLAP),
        executions=max(began, executed - OVERLAP),
        transactions=max(began, booked - OVERLAP),
    )
