"""Checks of Prefect: does it answer, is a worker there, do the schedules start runs."""

from cli.doctor.verdicts import Verdict, failure, ok, warning
from cli.prefect_state import Deployment, PrefectError, PrefectState
from cli.up.deploying import POOL
from config.settings import Settings

DEPLOYMENTS = ("trading-cycle/hourly", "position-sync/every-two-minutes")
"""What prefect.yaml deploys with a schedule."""

_START = "run `autotrader up`"
_DEPLOY = "run `prefect --no-prompt deploy --all`; `autotrader up` does it too"


def check_prefect(settings: Settings) -> list[Verdict]:
    """Everything that Prefect's API can tell; only the first check if it is silent."""
    state = PrefectState(settings.prefect_url)
    try:
        version = state.version()
        reachable = ok("prefect", f"{version} answers at {settings.prefect_url}")
        return [reachable, _check_worker(state), _check_schedules(state)]
    except PrefectError as error:
        return [failure("prefect", str(error), f"{_START}, or correct AUTOTRADER_PREFECT_API_URL")]
    finally:
        state.close()


def _check_worker(state: PrefectState) -> Verdict:
    workers = state.workers_online(POOL)
    if workers:
        return ok("worker", f"{len(workers)} online in the pool {POOL}")
    fix = f"{_START}, or `prefect worker start --pool {POOL}`"
    return failure("worker", f"no worker of the pool {POOL} is online", fix)


def _check_schedules(state: PrefectState) -> Verdict:
    found = [state.deployment(name) for name in DEPLOYMENTS]
    missing = [name for name, deployment in zip(DEPLOYMENTS, found, strict=True) if not deployment]
    if missing:
        return failure("schedules", f"not deployed: {', '.join(missing)}", _DEPLOY)
    there = [deployment for deployment in found if deployment is not None]
    resting = [deployment.name for deployment in there if _rests(deployment)]
    if resting:
        fix = "resume it in Prefect's UI or with `prefect deployment schedule resume`"
        return failure("schedules", f"paused: {', '.join(resting)}", fix)
    waiting = [item.name for item in there if not state.scheduled_runs(item.name)]
    if waiting:
        fix = "look at the Prefect server's log: its scheduler makes no runs"
        return warning("schedules", f"no run is planned for {', '.join(waiting)}", fix)
    return ok("schedules", f"{', '.join(DEPLOYMENTS)} are planned")


def _rests(deployment: Deployment) -> bool:
    return deployment.is_paused or deployment.active_schedules == 0
