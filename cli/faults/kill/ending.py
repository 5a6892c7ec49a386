"""How an attempt ended: the state to compare, and the promises that every run keeps."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from cli.faults.evidence import Evidence, Violation, remembered
from cli.faults.invariants import violations_of
from cli.faults.invariants_fills import naked_seconds
from cli.faults.kill.digest import Digest, digest
from cli.faults.kill.scene import Scene, desk
from cli.faults.kill.works import require_done, undisturbed
from cli.faults.truth import truth_of
from db.queries.evidence import all_intents
from db.unit_of_work import read_session
from trading.errors import InvariantError

GRACE = timedelta(seconds=65)
"""After so long a sync takes an intent for left behind."""

_FURTHER_SYNCS = 2


@dataclass(frozen=True, slots=True)
class End:
    """Both sides after settling.

    `recover_seconds` is market time from the fault until every order had an end.
    """

    state: Digest
    violations: tuple[Violation, ...]
    naked_seconds: Decimal
    recover_seconds: float


def settled(scene: Scene, work: str) -> End:
    """The end, after processes that know nothing of the one before.

    First the sync that comes next, then `work` once more, as a scheduler starts a run again that
    it heard nothing of, and the syncs after that.

    Raises:
        InvariantError: one of them failed, or an order is still without an end.
    """
    began = scene.control.status().now
    whole_after: list[timedelta] = []
    for number, next_work in enumerate(("sync", work, *["sync"] * _FURTHER_SYNCS)):
        if number > 1:
            scene.wind(GRACE)
        _must_succeed(scene, next_work)
        if _is_whole(scene):
            whole_after.append(scene.control.status().now - began)
    if not whole_after:
        message = f"orders are still without an end {GRACE * _FURTHER_SYNCS} after the fault"
        raise InvariantError(message)
    return _end(scene, whole_after[0])


def _is_whole(scene: Scene) -> bool:
    """Whether every order has an end."""
    with desk(scene.settings) as resources, read_session(resources.sessions) as session:
        return all(one.state.is_final for one in all_intents(session, resources.desk.account))


def _must_succeed(scene: Scene, work: str) -> None:
    require_done(undisturbed(scene, work).wait(), f"the {work} after the fault", scene)


def _end(scene: Scene, whole_after: timedelta) -> End:
    truth = truth_of(scene.control.records())
    with desk(scene.settings) as resources, read_session(resources.sessions) as session:
        key = resources.desk.account
        evidence = Evidence(
            truth=truth,
            memory=remembered(session, key),
            limits=resources.desk.risk.limits,
            since_ms=scene.began_ms,
        )
        return End(
            state=digest(truth, session, key),
            violations=tuple(violations_of(evidence)),
            naked_seconds=naked_seconds(evidence),
            recover_seconds=whole_after.total_seconds(),
        )
