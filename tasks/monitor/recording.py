"""One batch of pushes as rows, in one transaction, with the news of it.

What another hand did is left to the sync: it judges what is new to the database, and a row that
was here before it looked would never be judged. So the monitor stores what orders of ours did, and
asks for a sync at once when it sees anything else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import capacity, events, executions, orders, positions, quotes, wallet
from db.repositories.ownership import known_of, ours_of
from db.repositories.trades import Trade
from tasks.trades import BookedTrades, book_symbols, held_executions
from trading.account import Wallet
from trading.continuity import has_gap
from trading.executions import Execution
from trading.orders import Order
from trading.positions import Position
from trading.pushes import FlatPosition, PushedRow, Quote, StreamMessage

Kind = TypeVar("Kind", Order, Execution, Wallet, Quote)

ORDERS, EXECUTIONS, POSITIONS, WALLET, QUOTES, TRADES = (
    "orders",
    "executions",
    "positions",
    "wallet",
    "quotes",
    "trades",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch changed: symbols by topic, ended trades, and rows that are left to the sync."""

    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_to_sync: int = 0
    closed: tuple[Trade, ...] = ()


def record_batch(
    session: Session, key: AccountKey, messages: Sequence[StreamMessage], *, sequence: int
) -> Recorded:
    """Store the rows of `messages`, book the trades they make, announce what changed.

    Storing a batch twice changes nothing the second time.
    """
    rows = [row for message in messages for row in message.rows]
    changed: dict[str, list[str]] = {}
    pushed = [row for row in rows if isinstance(row, Position | FlatPosition)]
    # The lock before any row, as the sync does it: two that book one trade would book it twice.
    if pushed or _of(rows, Execution):
        capacity.lock(session, key)
    left = _record_orders(session, key, _of(rows, Order), changed)
    unknown, booked = _record_executions(session, key, messages, changed)
    if pushed:
        changed[POSITIONS] = positions.take_pushes(session, key, pushed)
    for snapshot in _of(rows, Wallet)[-1:]:
        wallet.snapshot(session, key, snapshot)
        changed[WALLET] = [""]
    quoted = _of(rows, Quote)
    quotes.upsert(session, key.environment, quoted)
    changed[QUOTES] = [quote.symbol for quote in quoted]
    told = _announce(session, key, changed, sequence)
    return Recorded(told, left + unknown, booked.closed)


def _record_orders(
    session: Session, key: AccountKey, pushed: Sequence[Order], changed: dict[str, list[str]]
) -> int:
    """Store orders of ours and orders that are known; give the number of the others."""
    if not pushed:
        return 0
    links = {link for order in pushed for link in (order.link_id, order.parent_link_id)}
    ours = ours_of(session, key, links)
    known = known_of(session, key, {order.order_id for order in pushed})
    kept = [
        order
        for order in pushed
        if order.order_id in known or order.link_id in ours or order.parent_link_id in ours
    ]
    stored = set(orders.upsert(session, key, kept))
    changed[ORDERS] = [order.symbol for order in kept if order.order_id in stored]
    return len(pushed) - len(kept)


def _record_executions(
    session: Session,
    key: AccountKey,
    messages: Sequence[StreamMessage],
    changed: dict[str, list[str]],
) -> tuple[int, BookedTrades]:
    """Store executions of orders of ours and book them; give the number of the others too."""
    pushed = _of([row for message in messages for row in message.rows], Execution)
    booked = BookedTrades()
    if not pushed:
        return 0, booked
    kept = _continuing(session, key, _ours(session, key, pushed))
    new = executions.insert_new(session, key, kept)
    changed[EXECUTIONS] = [row.symbol for row in new]
    if new:
        now = max(message.pushed_at for message in messages)
        booked = book_symbols(session, key, {row.symbol for row in new}, now=now)
        changed[TRADES] = [trade.symbol for trade in (*booked.opened, *booked.closed)]
    return len(pushed) - len(kept), booked


def _ours(session: Session, key: AccountKey, pushed: Sequence[Execution]) -> list[Execution]:
    ours = ours_of(session, key, {row.link_id for row in pushed})
    made = orders.made_by_us(session, key, {row.order_id for row in pushed if row.order_id})
    return [row for row in pushed if row.link_id in ours or row.order_id in made]


def _continuing(session: Session, key: AccountKey, rows: list[Execution]) -> list[Execution]:
    """Those of `rows` whose symbol misses no fill in between: a sync finds the missing one."""
    broken = set()
    for symbol in {row.symbol for row in rows}:
        new = [row for row in rows if row.symbol == symbol]
        if has_gap(held_executions(session, key, symbol), new):
            broken.add(symbol)
    return [row for row in rows if row.symbol not in broken]


def _announce(
    session: Session, key: AccountKey, changed: dict[str, list[str]], sequence: int
) -> dict[str, tuple[str, ...]]:
    told = {topic: _distinct(symbols) for topic, symbols in changed.items() if symbols}
    changes = [events.Change(topic, symbols, sequence) for topic, symbols in told.items()]
    events.announce(session, key, changes)
    return told


def _distinct(symbols: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({symbol for symbol in symbols if symbol}))


def _of(rows: Sequence[PushedRow], kind: type[Kind]) -> list[Kind]:
    return [row for row in rows if isinstance(row, kind)]
