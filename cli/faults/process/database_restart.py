"""PostgreSQL dies in the middle of a run, without a check point, and is back (proc.db_restart).

The one database here that waits for the disk: what it acknowledged must be there again.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from cli.faults.kill.points import stand_still
from cli.faults.kill.scene import Beginning, Scene
from cli.faults.kill.works import acting
from cli.faults.process.trial import Course, Trial, conduct, outcome
from cli.faults.results import RunResult
from db import migrate
from db.embedded import EmbeddedPostgres
from trading.errors import InvariantError

FAULT = "proc.db_restart"
_SECONDS_TO_END = 30.0


def restart_databases(folder: Path, trials: Sequence[Trial]) -> Iterator[RunResult]:
    """One trial after another, on a server of their own."""
    scenes = folder / "durable"
    scenes.mkdir()
    with EmbeddedPostgres(folder / "durable-postgres") as server:
        migrate.upgrade(server.url)
        beginning = Beginning(server.url, scenes)
        beginning.prepare()
        for trial in trials:
            yield _restarted(server, beginning, trial)


def _restarted(server: EmbeddedPostgres, beginning: Beginning, trial: Trial) -> RunResult:
    # Spawned, not forked: a copy of this process would keep the lock of the server's folder.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_conduct, args=(theirs, beginning, trial))
    process.start()
    theirs.close()
    answer = ours.recv()
    if answer is None:
        _crash(server)
        server.start()
        ours.send(None)
        answer = ours.recv()
    process.join()
    if not isinstance(answer, RunResult):
        message = f"a trial of {FAULT} answered {answer!r}"
        raise InvariantError(message)
    return answer


def _conduct(owner: "Connection[object, object]", beginning: Beginning, trial: Trial) -> None:
    def restart(scene: Scene, trial: Trial) -> Course:
        with acting(scene, trial.plan.work, trial.plan.number, stand_still) as child:
            child.wait_until_stopped()
            owner.send(None)
            owner.recv()
            child.go_on()
            return outcome(child, scene)

    owner.send(conduct(restart, beginning, trial))


def _crash(server: EmbeddedPostgres) -> None:
    """Immediate shutdown: every backend ends at once, and nothing is written to the disk first."""
    process_id = server.process_id
    if process_id is not None:
        os.kill(process_id, signal.SIGQUIT)
        psutil.Process(process_id).wait(_SECONDS_TO_END)
    server.stop()
