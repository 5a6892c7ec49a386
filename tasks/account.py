"""The account as a new trade finds it: what sync mirrored, and what is promised since."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import capacity, wallet
from trading.account import Wallet
from trading.candles import Interval
from trading.capacity import AccountState
from trading.errors import BadDataError


def account_state(
    session: Session, key: AccountKey, balance: Wallet, *, now: datetime
) -> AccountState:
    """Equity and balance of this run, positions and reservations under the capacity lock.

    The lock is held until the transaction ends, so nobody else reserves in between.

    Raises:
        BadDataError: the account has no recorded equity to measure the day's loss from.
    """
    mirrored_at = capacity.lock(session, key).mirrored_at
    day_start = wallet.day_start_equity(session, key, day_start=Interval.D1.floor(now))
    if day_start is None:
        message = f"no wallet of {key.environment}/{key.account} was ever recorded; sync first"
        raise BadDataError(message)
    return AccountState(
        equity_usdt=balance.equity_usdt,
        available_usdt=balance.available_usdt,
        day_start_equity_usdt=day_start,
        positions=capacity.mirrored_positions(session, key),
        reservations=capacity.live_reservations(session, key, mirrored_at=mirrored_at),
    )
