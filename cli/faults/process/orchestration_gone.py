"""Prefect's server dies in the middle of a flow run (proc.prefect_gone)."""

import os
import signal
from functools import partial

from prefect import flow

from cli.faults.kill.child import Child
from cli.faults.kill.points import stand_still
from cli.faults.kill.scene import Scene
from cli.faults.kill.works import do_acting
from cli.faults.process.trial import Course, Trial
from cli.stack.orchestration import PrefectServer, runs_reported_to, start_prefect_server
from cli.stack.ports import free_port

FAULT = "proc.prefect_gone"

_PATIENCE_SECONDS = 15.0
"""A run that still waits for its scheduler after so long is killed, as an operator would."""


def lose_prefect(scene: Scene, trial: Trial) -> Course:
    """End the server at the point; the run may fail, hang or finish."""
    folder = scene.log.with_suffix(".prefect")
    log = scene.log.with_suffix(".prefect.log")
    with start_prefect_server(folder, free_port(), log=log, with_ui=False) as server:
        server.wait_until_ready()
        with Child.start(partial(_run, server, scene, trial), scene.log) as child:
            child.wait_until_stopped()
            os.killpg(server.child.process_id, signal.SIGKILL)
            child.go_on()
            code = child.wait_or_kill(_PATIENCE_SECONDS)
    return Course(errors=(f"the flow run ended with exit code {code}",))


def _run(server: PrefectServer, scene: Scene, trial: Trial) -> None:
    @flow(name="a-run-without-its-scheduler")
    def work() -> None:
        do_acting(scene, trial.plan.work, trial.plan.number, stand_still)

    with runs_reported_to(server):
        work()
