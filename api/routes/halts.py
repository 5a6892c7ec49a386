"""Stop the account, and let it trade again."""

from collections.abc import Iterable

from fastapi import Response

from api.auth import TheCaller
from api.desk import TheDesk
from api.guard import AdminRoute, TradeRoute, acting, reading
from api.problems import ProblemKind, problem
from api.schemas.halts import Halting, Halts, HaltView, Resuming
from db.queries.halts import Halt, standing_halts
from db.unit_of_work import read_session
from tasks import door
from tasks.halting import StillWindingDown

looked_at = reading("halts")
halted = acting(TradeRoute, "halts")
resumed = acting(AdminRoute, "halts")
routers = (looked_at, halted, resumed)


@looked_at.get("/halts")
def list_halts(desk: TheDesk) -> Halts:
    """The brakes that hold now, the oldest first; none: entries are allowed."""
    with read_session(desk.door.sessions) as session:
        return _shown(standing_halts(session, desk.door.account))


@halted.post("/halt")
def halt(halting: Halting, desk: TheDesk, caller: TheCaller) -> HaltView:
    """Stop all entries until somebody resumes; entry orders are cancelled, stops stay.

    It holds at once, also while the exchange is silent: what could not be cancelled or closed now
    (`settled_at` is empty), the next sync does.
    """
    pulled = door.halt(desk.door, reason=halting.reason, by=caller.actor, policy=halting.policy)
    return HaltView.model_validate(pulled)


@resumed.post("/resume", response_model=Halts)
def resume(resuming: Resuming, desk: TheDesk, caller: TheCaller) -> Halts | Response:
    """Let the account trade again after a halt, whoever pulled it; gives what was released.

    While a brake is still closing positions it is refused with 409; `force` overrules that.
    """
    ended = door.resume(
        desk.door, reason=resuming.reason, by=caller.actor, is_forced=resuming.force
    )
    if isinstance(ended, StillWindingDown):
        kinds = ", ".join(one.kind for one in ended.halts)
        detail = f"{kinds} is not carried out yet, positions or orders are left; sync, or force"
        return problem(ProblemKind.STILL_WINDING_DOWN, detail)
    return _shown(ended.released)


def _shown(found: Iterable[Halt]) -> Halts:
    return Halts(halts=[HaltView.model_validate(one) for one in found])
