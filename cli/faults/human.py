"""What the owner does between two runs: looks why the desk stopped, and lets it go on."""

from urllib.parse import urlsplit

from cli.faults.arena import Arena
from cli.faults.cases import Case, Trait
from cli.faults.evidence import Violation
from db.repositories import breakers, risk_state
from db.unit_of_work import read_session, unit_of_work
from tasks.halting import StillWindingDown, resume


def wait_out_silence(arena: Arena) -> None:
    """Ten minutes of silence after a ban, or a breaker's pause, as if they had passed."""
    host = urlsplit(arena.settings.exchange_url).netloc
    with unit_of_work(arena.resources.sessions) as session:
        breakers.let_lapse(session.connection(), host)


def let_go(arena: Arena, case: Case) -> list[Violation]:
    """Resume entries if they were stopped; a stop that nothing called for is a violation (I14)."""
    resources = arena.resources
    with read_session(resources.sessions) as session:
        state = risk_state.get(session, resources.desk.account)
    if not state.is_halted:
        return []
    resumed = resume(resources, by="auditor", reason="the fault is gone")
    if isinstance(resumed, StillWindingDown):
        return [Violation("I14", f"entries cannot be let go on: {resumed.halts}")]
    if Trait.HALTS in case.traits:
        return []
    return [Violation("I14", f"entries were stopped for no reason to: {state.halt_reason}")]
