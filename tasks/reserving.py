"""Commit an approved entry together with its capacity: the only way to an opening intent."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from db.repositories import intents
from db.repositories.intents import Intent, NewIntent
from tasks.resources import Desk
from trading.capacity import AccountState, Reservation
from trading.positions import Position
from trading.reasons import Refused
from trading.risk import Approved, check_capacity


def reserve_entry(
    session: Session,
    desk: Desk,
    approved: Approved,
    account: AccountState,
    *,
    now: datetime,
    decision_id: UUID | None = None,
) -> Intent | Refused:
    """The intent with its capacity, or the limit that another entry has filled meanwhile.

    The room is counted again with the rows under the account's capacity lock. `decision_id` is
    None for a trade by hand. A link id that is already here gives its intent as it is.
    """
    new = NewIntent(
        account=desk.account,
        order=approved.order,
        notional_usdt=approved.notional_usdt,
        risk_usdt=approved.risk_usdt,
        leverage=approved.leverage or Decimal(1),
        decision_id=decision_id,
    )

    def still_fits(
        positions: tuple[Position, ...], reservations: tuple[Reservation, ...]
    ) -> Refused | None:
        counted = replace(account, positions=positions, reservations=reservations)
        return check_capacity(
            approved.order.symbol, approved.notional_usdt, counted, desk.risk.limits
        )

    return intents.reserve(session, new, now=now, check_capacity=still_fits)
