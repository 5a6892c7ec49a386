"""A trade the owner asks for: the same limits, the same outbox, the same single order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from db.repositories import instruments
from db.repositories.intents import Intent
from db.unit_of_work import unit_of_work
from tasks.account import account_state
from tasks.closing import close_position
from tasks.entering import enter_trade
from tasks.listing import listed
from tasks.maintenance import refused_by_maintenance
from tasks.proposing import propose
from tasks.reserving import reserve_entry
from tasks.resources import Resources
from trading import risk
from trading.account import Wallet
from trading.capacity import AccountState
from trading.instruments import Instrument
from trading.link_ids import Leg, link_id
from trading.positions import Direction, Position
from trading.proposals import Proposal
from trading.reasons import Reason, Refused
from trading.risk import Approved
from trading.signals import Signal, signal_by_hand


@dataclass(frozen=True, slots=True)
class Wish:
    """What the owner wants: a market entry with its stop and target, in USDT."""

    symbol: str
    direction: Direction
    stop_loss: Decimal
    take_profit: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """A wish held against the market of this moment. Nothing is promised by it."""

    signal: Signal
    instrument: Instrument
    wallet: Wallet


@dataclass(frozen=True, slots=True)
class Reserved:
    """A trade by hand with its capacity, committed and not yet sent."""

    approved: Approved
    intent: Intent


def quote(resources: Resources, wish: Wish) -> Quote | Refused:
    """The wish at the price it would pay now, or why this market cannot take it."""
    instrument = listed(resources, wish.symbol)
    if instrument is None:
        return Refused(
            Reason.DATA_INSTRUMENT,
            f"the exchange lists no USDT perpetual {wish.symbol} that can be traded now",
        )
    if (refused := refused_by_maintenance(resources)) is not None:
        return refused
    signal = signal_by_hand(
        wish.direction,
        wish.stop_loss,
        wish.take_profit,
        instrument=instrument,
        ticker=resources.gateway.ticker(wish.symbol),
    )
    if isinstance(signal, Refused):
        return signal
    return Quote(signal, instrument, resources.gateway.wallet_balance())


def preview(resources: Resources, quoted: Quote) -> Approved | Refused:
    """What `reserve` would approve now; nothing is stored and nothing is held."""
    now = resources.now()
    with unit_of_work(resources.sessions) as session:
        return _review(resources, quoted, _account(session, resources, quoted, now), now)


def reserve(resources: Resources, quoted: Quote) -> Reserved | Refused:
    """The reviewed trade as an intent with its capacity, in one transaction, or the refusal.

    Sync first: the limits count the positions of the newest mirror.
    """
    now, environment = resources.now(), resources.desk.account.environment
    with unit_of_work(resources.sessions) as session:
        account = _account(session, resources, quoted, now)
        approved = _review(resources, quoted, account, now)
        if isinstance(approved, Refused):
            return approved
        instruments.remember(session, environment, (quoted.instrument,), now=now)
        intent = reserve_entry(session, resources.desk, approved, account, now=now)
    return intent if isinstance(intent, Refused) else Reserved(approved, intent)


def ask_owner(resources: Resources, quoted: Quote) -> Proposal | Refused:
    """The reviewed trade as a question to the owner, or the refusal. Nothing is reserved or sent.

    Sync first: the limits count the positions of the newest mirror.
    """
    now = resources.now()
    with unit_of_work(resources.sessions) as session:
        account = _account(session, resources, quoted, now)
        approved = _review(resources, quoted, account, now)
        if isinstance(approved, Refused):
            return approved
        return propose(
            session,
            resources.asking,
            approved,
            entry_price=quoted.signal.entry_price,
            now=now,
            reasons="a trade by hand",
        )


def execute(resources: Resources, reserved: Reserved) -> Intent:
    """The ended intent of a trade by hand; what it filled is protected."""
    return enter_trade(resources, reserved.intent, reserved.approved)


def close_by_hand(resources: Resources, position: Position) -> Intent:
    """The ended intent of an order that closes `position` whole, whatever any limit says.

    Asked again it sends a new order: the one before may have failed, and a reduce-only order
    cannot do more than close.
    """
    why = f"by hand at {resources.now().isoformat()}:"
    return close_position(resources, position, why=why)


def _account(session: Session, resources: Resources, quoted: Quote, now: datetime) -> AccountState:
    desk = resources.desk
    return account_state(session, desk.account, quoted.wallet, desk.risk.limits, now=now)


def _review(
    resources: Resources, quoted: Quote, account: AccountState, now: datetime
) -> Approved | Refused:
    key, signal = resources.desk.account, quoted.signal
    identity = f"by hand {signal.symbol} {signal.direction} {signal.created_at.isoformat()}"
    return risk.review(
        signal,
        account,
        quoted.instrument,
        resources.desk.risk,
        link_id=link_id(
            environment=key.environment, account=key.account, decision=identity, leg=Leg.ENTRY
        ),
        # The ticker carries the exchange's time, which may be a moment ahead of ours.
        now=max(now, signal.created_at),
    )
