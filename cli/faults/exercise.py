"""One run: a stream of actions, a fault in its middle, time to settle, and then the questions."""

from datetime import timedelta
from functools import partial
from random import Random
from traceback import format_exception

import structlog
from sqlalchemy.exc import OperationalError

from cli.faults.arena import Arena
from cli.faults.cases import Case, Trait
from cli.faults.catalogue import CASES
from cli.faults.evidence import Evidence, Memory, Violation, remembered
from cli.faults.human import let_go, wait_out_silence
from cli.faults.invariants import violations_of
from cli.faults.invariants_fills import naked_seconds
from cli.faults.pace import let_react
from cli.faults.results import RunResult
from cli.faults.stream import Action, stream, sync, trader
from cli.faults.truth import truth_of
from cli.stack.control import ControlError
from db.repositories.intents import Intent
from db.unit_of_work import read_session
from trading.errors import BadDataError, ExchangeError, MisconfiguredError
from trading.reasons import Refused

log = structlog.get_logger()

SETTLE_SYNCS = 4
_NOT_RECOVERED = ("cycle.", "data.")
_GRACE = timedelta(seconds=65)  # after which a sync takes an intent for left behind
_EXPECTED = (BadDataError, ExchangeError, MisconfiguredError, OperationalError)
"""What a step may raise under a fault: the run of a flow fails and the next one comes.

Anything else, an InvariantError above all, is a bug and ends the matrix with its traceback.
"""


def exercise(arena: Arena, case: Case, seed: int) -> RunResult:
    """One run of `case` in `arena`; equal seeds draw the same actions and the same fault."""
    luck = Random(seed)  # noqa: S311 - not secret
    actions = stream(luck, case.actions)
    began_ms = _ms(arena)
    logged = len(arena.control.fault_log())
    errors: list[str] = []
    strikes_at = _moment(luck, case, len(actions))
    for number, action in enumerate(actions):
        if number == strikes_at:
            errors += strike(arena, case, luck)
        errors += attempt(arena, action)
    arena.control.switch_off()
    arena.between = None
    let_react(arena)
    recover_seconds, troubles = _recover(arena, case)
    evidence = evidence_of(arena, case.traits, since_ms=began_ms)
    struck = arena.control.fault_log(after=logged)
    return RunResult(
        fault=case.name,
        seed=seed,
        violations=(*violations_of(evidence), *troubles),
        naked_seconds=naked_seconds(evidence),
        recover_seconds=recover_seconds,
        struck=len(struck),
        errors=tuple(errors),
    )


def _moment(luck: Random, case: Case, actions: int) -> int:
    """Before which action it strikes: mostly the entry, but after it where it needs a position."""
    if case.needs_position:
        return luck.randint(1, actions - 1)
    return luck.choice((0, 0, 0, luck.randrange(actions)))


def strike(arena: Arena, case: Case, luck: Random) -> list[str]:
    """Switch the fault on; why not, where it found nothing to act on."""
    if case.endangers_stops:
        arena.between = partial(let_react, arena)
    try:
        arena.control.switch_on(case.wish(luck))
        for companion in case.companions:
            arena.control.switch_on(dict(companion))
    except ControlError as error:
        return [f"not struck: {error}"]  # nothing to close, nothing to move
    return []


def attempt(arena: Arena, action: Action) -> list[str]:
    """Do it; the name of what it raised, where that may be under a fault."""
    try:
        action.act(arena)
    except _EXPECTED as error:
        log.warning("action raised", action=action.name, trace="".join(format_exception(error)))
        return [f"{action.name}: {type(error).__name__}"]
    return []


def _recover(arena: Arena, case: Case) -> tuple[float, list[Violation]]:
    """Market seconds until the desk is whole again, and what it failed to do."""
    cleared_ms = _ms(arena)
    troubles = settle(arena)
    seconds = (_ms(arena) - cleared_ms) / 1000
    arena.wind(_GRACE)
    troubles += let_go(arena, case)
    troubles += _probe(arena, case)
    return seconds, troubles


def _probe(arena: Arena, case: Case) -> list[Violation]:
    """Trade once more; a violation (I14) if that fails, or the desk does not see why it should.

    A limit may stand against the trade, but with the fault gone neither data nor a halt may.
    """
    said: list[Refused | Intent] = []
    act = trader(Random(0), said.append)  # noqa: S311 - not secret
    if failed := attempt(arena, Action("trade", act)):
        return [Violation("I14", f"no trade after the fault was gone: {failed}")]
    (answer,) = said
    is_stuck = isinstance(answer, Refused) and answer.reason.startswith(_NOT_RECOVERED)
    if is_stuck and Trait.UNTRADED not in case.traits:
        return [Violation("I14", f"no trade after the fault was gone: {answer}")]
    return []


def settle(arena: Arena) -> list[Violation]:
    """Sync until nothing is left unresolved; a violation (I14) if that takes too many."""
    for number in range(SETTLE_SYNCS):
        if number:
            arena.wind(_GRACE)
        failed = attempt(arena, Action("sync", sync))
        if not failed and _is_settled(arena):
            return []
        if failed:
            wait_out_silence(arena)
    return [Violation("I14", f"not settled after {SETTLE_SYNCS} syncs: {failed}")]


def _is_settled(arena: Arena) -> bool:
    return all(intent.state.is_final for intent in memory_of(arena).intents)


def evidence_of(arena: Arena, traits: frozenset[Trait], *, since_ms: int) -> Evidence:
    """Both sides at one moment: the market stands still while they are read."""
    with arena.standing_still():
        attempt(arena, Action("sync", sync))
        return Evidence(
            truth=truth_of(arena.control.records()),
            memory=memory_of(arena),
            limits=arena.resources.desk.risk.limits,
            since_ms=since_ms,
            traits=traits,
            foreign_at_ms=_foreign_moments(arena),
            refused_requests=arena.control.refused_requests(),
        )


def _foreign_moments(arena: Arena) -> frozenset[int]:
    """When another hand was made to trade, in market milliseconds."""
    names = {case.name for case in CASES if Trait.FOREIGN in case.traits}
    entries = arena.control.fault_log()
    return frozenset(int(entry["at_ms"]) for entry in entries if entry["name"] in names)


def memory_of(arena: Arena) -> Memory:
    """Everything the desk remembers at this moment."""
    with read_session(arena.resources.sessions) as session:
        return remembered(session, arena.resources.desk.account)


def _ms(arena: Arena) -> int:
    return int(arena.now().timestamp() * 1000)
