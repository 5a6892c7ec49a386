"""Whether the process lives, and whether it can work; for whoever watches it, without a token."""

from fastapi import APIRouter

from api.desk import TheDesk
from api.schemas.health import Alive, Ready
from api.schemas.problem import problems
from tasks.door import require_ready

router = APIRouter(tags=["health"])


# Not in a thread: it must answer also while all of them are busy.
@router.get("/health")
async def health() -> Alive:
    """The process lives."""
    return Alive()


@router.get("/ready", responses=problems(503))
def ready(desk: TheDesk) -> Ready:
    """The database can be reached and has this program's schema."""
    require_ready(desk.door)
    return Ready()
