"""What a cycle must know before it looks at any symbol, and which symbols need no look."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.repositories import capacity, decisions, instruments, risk_state, run_intents
from db.repositories.risk_state import RiskState
from db.repositories.slots import Claim
from db.unit_of_work import unit_of_work
from tasks.analysis import Judgement
from tasks.maintenance import refused_by_maintenance
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.study import Study
from trading.account import Wallet
from trading.account_gate import check_balance_age
from trading.instruments import Instrument
from trading.reasons import Reason, Refused


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be done this slot: symbols to study, and those settled without a look.

    `concluded` were decided by a run of this slot that died: their decisions stand.
    """

    wallet: Wallet
    instruments: dict[str, Instrument]
    due: tuple[Instrument, ...]
    settled: tuple[Study, ...]
    concluded: frozenset[str] = frozenset()


@step(name="prepare-cycle", task_run_name="prepare cycle", **SAFE_TO_RETRY)
def prepare_cycle(resources: Resources, claim: Claim) -> Agenda:
    """The symbols to study. One that holds a position, or has no free slot, is settled already.

    An order that a dead run of this slot reserved, or sent into nowhere, keeps its place: its
    symbol is studied once more, because only a fresh review may send.

    Reads the filters of all symbols, which change twice a month, and stores what changed.
    """
    desk, now = resources.desk, resources.now()
    known = {item.symbol: item for item in resources.gateway.instruments(desk.symbols)}
    with unit_of_work(resources.sessions) as session:
        environment = desk.account.environment
        instruments.remember(session, environment, tuple(known.values()), now=now)
        concluded = decisions.concluded_symbols(session, claim.run_id)
        pending = {one.order.symbol for one in run_intents.unresolved(session, claim.run_id)}
        settled = _settled(session, resources, known, pending)
    balance = resources.gateway.wallet_balance()
    settled = _with_nothing_to_enter(resources, balance) | settled
    due = tuple(
        known[symbol] for symbol in desk.symbols if symbol not in concluded | settled.keys()
    )
    studies = tuple(
        Study(symbol, Judgement(refused=refused)) for symbol, refused in settled.items()
    )
    return Agenda(balance, known, due, studies, concluded)


def _with_nothing_to_enter(resources: Resources, balance: Wallet) -> dict[str, Refused]:
    """Every symbol refused under maintenance, and where the balance is one of long ago."""
    desk = resources.desk
    refused = refused_by_maintenance(resources) or check_balance_age(
        balance.taken_at, desk.risk.limits, now=resources.now()
    )
    return {} if refused is None else dict.fromkeys(desk.symbols, refused)


def _settled(
    session: Session, resources: Resources, known: dict[str, Instrument], pending: set[str]
) -> dict[str, Refused]:
    """Symbols that need no look, with the reason; `pending` are orders of this very slot."""
    key, symbols = resources.desk.account, resources.desk.symbols
    state = risk_state.get(session, key)
    mirrored_at = capacity.lock(session, key).mirrored_at
    held = {position.symbol for position in capacity.mirrored_positions(session, key)}
    promised = capacity.live_reservations(session, key, mirrored_at=mirrored_at)
    held |= {reservation.symbol for reservation in promised} - pending
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
        return Refused(Reason.CYCLE_HALTED, state.halt)
    if not exists:
        return Refused(
            Reason.DATA_INSTRUMENT, f"the exchange has no {symbol}; correct AUTOTRADER_SYMBOLS"
        )
    if symbol in held:
        return Refused(Reason.CYCLE_POSITION_OPEN, f"{symbol} is held already")
    if len(held) >= limit:
        return Refused(Reason.CYCLE_NO_FREE_SLOT, f"{len(held)} of {limit} positions are open")
    return None
