"""Halt and resume by hand, for the command line and the API alike."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from db.repositories import capacity, halts, risk_state, wallet
from db.repositories.halts import Halt
from db.unit_of_work import read_session, unit_of_work
from tasks.notifications import Recipient
from tasks.resources import Resources
from tasks.telling import tell_halt
from tasks.winding_down import carry_out_halts
from trading.brakes import BrakeKind, TripPolicy


@dataclass(frozen=True, slots=True)
class Resumed:
    """Entries are allowed again. `released` are the halts that held, none if there were none."""

    released: tuple[Halt, ...]


@dataclass(frozen=True, slots=True)
class StillWindingDown:
    """Resuming was refused: these halts have positions left to close, or could not be asked."""

    halts: tuple[Halt, ...]


def pull_by_hand(
    sessions: sessionmaker[Session],
    recipient: Recipient,
    *,
    reason: str,
    by: str,
    policy: TripPolicy,
    now: datetime,
) -> Halt:
    """The halt of the recipient's account, committed, and the owner told.

    It needs the database alone, so it works while the exchange is silent.
    Positions are closed by `carry_out_halts`, here and now or in the next sync.
    """
    with unit_of_work(sessions) as session:
        capacity.lock(session, recipient.account)
        pulled = halts.pull(
            session,
            recipient.account,
            BrakeKind.MANUAL,
            reason=reason,
            by=by,
            policy=policy,
            now=now,
        )
        tell_halt(session, recipient, pulled)
    return pulled


def halt(resources: Resources, *, reason: str, by: str, policy: TripPolicy) -> Halt:
    """The halt, pulled and carried out as far as the exchange let us."""
    owner, now = resources.asking.recipient, resources.now()
    pulled = pull_by_hand(resources.sessions, owner, reason=reason, by=by, policy=policy, now=now)
    return carry_out(resources, pulled)


def carry_out(resources: Resources, pulled: Halt) -> Halt:
    """A halt that was pulled, after its policy was carried out as far as the exchange let us."""
    carry_out_halts(resources)
    # Somebody may have resumed meanwhile: then it stands no more.
    return next((one for one in standing(resources) if one.id == pulled.id), pulled)


def resume(
    resources: Resources, *, reason: str, by: str, is_forced: bool = False
) -> Resumed | StillWindingDown:
    """Let go of every brake, unless one is still closing positions and nobody forces it.

    Who resumes accepts what was lost: drawdown and the day's loss are counted from the equity of
    this moment on, or the same loss would trip the brake again at once.
    """
    carry_out_halts(resources)
    waiting = tuple(one for one in standing(resources) if one.settled_at is None)
    if waiting and not is_forced:
        return StillWindingDown(waiting)
    key, balance = resources.desk.account, resources.gateway.wallet_balance()
    now = max(resources.now(), balance.taken_at)
    with unit_of_work(resources.sessions) as session:
        released = halts.release(session, key, reason=reason, by=by, now=now)
        kinds = {one.kind for one in released}
        if BrakeKind.DAILY_LOSS in kinds:
            # The day's loss counts from the last wallet seen before the brake was let go.
            wallet.snapshot(session, key, balance)
        if BrakeKind.DRAWDOWN in kinds:
            risk_state.set_high_water_mark(session, key, balance.equity_usdt, at=balance.taken_at)
    return Resumed(tuple(released))


def standing(resources: Resources) -> list[Halt]:
    """The brakes that hold now, the oldest first."""
    with read_session(resources.sessions) as session:
        return halts.open_halts(session, resources.desk.account)
