"""Every sync asks whether too much was lost, and stops the account when it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import brake_readings, capacity, halts, ledger, risk_state, wallet
from db.repositories.halts import Halt
from db.unit_of_work import unit_of_work
from tasks.account import day_baseline, high_water_mark
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from tasks.telling import tell_halt
from tasks.winding_down import carry_out_halts
from trading.account import Transaction, Wallet
from trading.brakes import BrakeKind, Crossing, Threshold, agree, crossings
from trading.errors import ExchangeError
from trading.limits import RiskLimits

BY = "autotrader"
"""Who pulls a brake that no human pulled."""

_OVERLAP = timedelta(minutes=2)  # bookings appear late and out of order (bybit_v5.md §2.6)


@dataclass(frozen=True, slots=True)
class Braked:
    """What one check of the brakes found and did.

    `crossed` are the limits that the first reading showed as reached, `tripped` the brakes it
    pulled, `unsettled` those whose policy could not be carried out yet: the next sync goes on.
    """

    crossed: tuple[BrakeKind, ...] = ()
    tripped: tuple[Halt, ...] = ()
    unsettled: tuple[BrakeKind, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """One wallet held against the limits. `since` is when each was first seen as reached."""

    crossed: tuple[Crossing, ...]
    is_explained: bool
    since: Mapping[BrakeKind, datetime]


@step(name="check-brakes", task_run_name="check brakes", **AT_MOST_ONCE)
def check_brakes(resources: Resources, reading: AccountReading) -> Braked:
    """Trip what two fresh readings agree on, and carry out every halt that is not settled.

    The second reading is asked for here, so a trip needs one sync only. Call it with a reading
    that was recorded. An exchange that does not answer the second time trips nothing; the next
    sync asks again.
    """
    first = _hold_against_limits(resources, reading.wallet)
    tripped = _trip(resources, first)
    unsettled = carry_out_halts(resources)
    return Braked(tuple(one.kind for one in first.crossed), tripped, unsettled)


def _hold_against_limits(resources: Resources, balance: Wallet) -> _Seen:
    key = resources.desk.account
    with unit_of_work(resources.sessions) as session:
        # Held until the end, so that of two syncs at once none lowers the other's mark.
        state = risk_state.locked(session, key)
        seen = _compare(session, resources, balance)
        since = brake_readings.note(session, key, seen.crossed)
        mark = high_water_mark(session, key)
        is_highest = mark is None or mark.loss_usdt(balance.equity_usdt) < 0
        at = state.high_water_mark_at
        is_newer = at is None or at <= balance.taken_at
        # Money that is not booked yet may be a deposit, which is no profit.
        if is_highest and is_newer and seen.is_explained:
            risk_state.set_high_water_mark(session, key, balance.equity_usdt, at=balance.taken_at)
    return _Seen(seen.crossed, seen.is_explained, since)


def _compare(session: Session, resources: Resources, balance: Wallet) -> _Seen:
    key, limits = resources.desk.account, resources.desk.risk.limits
    crossed = crossings(balance, thresholds(session, key, limits, now=balance.taken_at))
    return _Seen(crossed, ledger.explains(session, key, balance), {})


def thresholds(
    session: Session, key: AccountKey, limits: RiskLimits, *, now: datetime
) -> tuple[Threshold, ...]:
    """The account's brakes with what they count from at `now`."""
    day = day_baseline(session, key, now)
    found = [Threshold(BrakeKind.DAILY_LOSS, day, limits.max_daily_loss_fraction)]
    mark = high_water_mark(session, key)
    if mark is not None:
        found.append(Threshold(BrakeKind.DRAWDOWN, mark, limits.max_drawdown_fraction))
    return tuple(found)


def _trip(resources: Resources, first: _Seen) -> tuple[Halt, ...]:
    key = resources.desk.account
    with resources.sessions() as session:
        pulled = {halt.kind for halt in halts.open_halts(session, key)}
    open_ones = [one for one in first.crossed if one.kind not in pulled]
    if not open_ones:
        return ()
    try:
        second = _look_again(resources)
    except ExchangeError:
        # Nothing is lost: the crossing is stored, entries are refused by the limit itself.
        return ()
    confirmed = {one.kind: one for one in second.crossed}
    return tuple(
        _pull(resources, confirmed[one.kind])
        for one in open_ones
        if one.kind in confirmed and _agrees(resources, one, confirmed[one.kind], first, second)
    )


def _look_again(resources: Resources) -> _Seen:
    """A new wallet, read before the bookings that have to explain it."""
    balance = resources.gateway.wallet_balance()
    key = resources.desk.account
    with resources.sessions() as session:
        newest = ledger.newest_at(session, key) or wallet.first_taken_at(session, key)
    since = min(newest or balance.taken_at, balance.taken_at) - _OVERLAP
    booked = resources.gateway.transactions_since(since)
    return _as_if_booked(resources, balance, booked)


def _as_if_booked(resources: Resources, balance: Wallet, booked: list[Transaction]) -> _Seen:
    key = resources.desk.account
    with resources.sessions() as session:
        began = wallet.first_taken_at(session, key) or balance.taken_at
        ours = [one for one in booked if one.happened_at >= began]
        ledger.insert_new(session, key, ours)
        seen = _compare(session, resources, balance)
        # Taken back: a sync books them, and must find them new to tell what they were.
        session.rollback()
    return seen


def _agrees(
    resources: Resources, one: Crossing, other: Crossing, first: _Seen, second: _Seen
) -> bool:
    rules, now = resources.desk.risk.brakes, resources.now()
    if not agree(one, other, rules, now=now, is_replayed=resources.clock_skew is None):
        return False
    waited = other.wallet.taken_at - first.since[one.kind]
    return second.is_explained or waited >= rules.patience


def _pull(resources: Resources, crossing: Crossing) -> Halt:
    key = resources.desk.account
    with unit_of_work(resources.sessions) as session:
        # Whoever is reserving an entry ends first: it is then seen by the closing that follows.
        capacity.lock(session, key)
        pulled = halts.pull(
            session,
            key,
            crossing.kind,
            reason=crossing.reason,
            by=BY,
            policy=resources.desk.risk.brakes.policy,
            now=resources.now(),
            equity=crossing.wallet.equity_usdt,
        )
        tell_halt(session, resources.asking.recipient, pulled)
    return pulled
