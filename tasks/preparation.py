"""What a cycle must know before it looks at any symbol, and which symbols need no look."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.repositories import capacity, instruments, risk_state
from db.repositories.risk_state import RiskState
from db.unit_of_work import unit_of_work
from tasks.analysis import Judgement
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.study import Study
from trading.account import Wallet
from trading.instruments import Instrument
from trading.reasons import Reason, Refused


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be done this slot: symbols to study, and those settled without a look."""

    wallet: Wallet
    instruments: dict[str, Instrument]
    due: tuple[Instrument, ...]
    settled: tuple[Study, ...]


@step(name="prepare-cycle", task_run_name="prepare cycle", tags=["read"], **SAFE_TO_RETRY)
def prepare_cycle(resources: Resources) -> Agenda:
    """The symbols to study. One that holds a position, or has no free slot, is settled already.

    Reads the filters of all symbols, which change twice a month, and stores what changed.
    """
    desk, now = resources.desk, resources.now()
    known = {item.symbol: item for item in resources.gateway.instruments(desk.symbols)}
    with unit_of_work(resources.sessions) as session:
        environment = desk.account.environment
        instruments.remember(session, environment, tuple(known.values()), now=now)
        settled = _settled(session, resources, known)
    due = tuple(known[symbol] for symbol in desk.symbols if symbol not in settled)
    studies = tuple(
        Study(symbol, Judgement(refused=refused)) for symbol, refused in settled.items()
    )
    return Agenda(resources.gateway.wallet_balance(), known, due, studies)


def _settled(
    session: Session, resources: Resources, known: dict[str, Instrument]
) -> dict[str, Refused]:
    """Symbols that need no look, with the reason."""
    key, symbols = resources.desk.account, resources.desk.symbols
    state = risk_state.get(session, key)
    mirrored_at = capacity.lock(session, key).mirrored_at
    held = {position.symbol for position in capacity.mirrored_positions(session, key)}
    held |= {
        pending.symbol
        for pending in capacity.live_reservations(session, key, mirrored_at=mirrored_at)
    }
    limit = resources.desk.risk.limits.max_open_positions
    reasons = {
        symbol: _why_settled(symbol, state, held=held, limit=limit, exists=symbol in known)
        for symbol in symbols
    }
    return {symbol: reason for symbol, reason in reasons.items() if reason is not None}


def _why_settled(
    symbol: str, state: RiskState, *, held: set[str], limit: int, exists: bool
) -> Refused | None:
    if state.is_halted:
        detail = f"halted by {state.changed_by}: {state.halt_reason}"
        return Refused(Reason.CYCLE_HALTED, detail)
    if not exists:
        return Refused(
            Reason.DATA_INSTRUMENT, f"the exchange has no {symbol}; correct AUTOTRADER_SYMBOLS"
        )
    if symbol in held:
        return Refused(Reason.CYCLE_POSITION_OPEN, f"{symbol} is held already")
    if len(held) >= limit:
        return Refused(Reason.CYCLE_NO_FREE_SLOT, f"{len(held)} of {limit} positions are open")
    return None
