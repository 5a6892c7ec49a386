"""What every sync does about the owner's word: end what nobody answered, send what was left."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from tasks.approvals import expire_due
from tasks.carrying_out import CarriedOut, carry_out_approved, left_behind
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from trading.errors import ExchangeError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ApprovalsSettled:
    """How many proposals expired, and what became of the approved ones nobody had sent."""

    expired: int = 0
    carried_out: tuple[CarriedOut, ...] = ()


@step(name="settle-approvals", task_run_name="settle approvals", tags=["act"], **AT_MOST_ONCE)
def settle_approvals(resources: Resources) -> ApprovalsSettled:
    """Expire proposals whose time is over, and carry out approvals whose process died.

    So no proposal needs the bot to end. Sync first: the limits count the newest positions.
    """
    key, now = resources.desk.account, resources.now()
    expired = expire_due(resources.sessions, resources.asking, now=now)
    left = left_behind(resources.sessions, key, now=now)
    return ApprovalsSettled(expired, tuple(_carry_out(resources, one) for one in left))


def _carry_out(resources: Resources, proposal_id: UUID) -> CarriedOut:
    try:
        return carry_out_approved(resources, resources.asking, proposal_id)
    except ExchangeError as error:
        # The approval stands until it is too old; the others are not to wait for this one.
        log.warning(
            "approved order waits for the exchange", proposal=str(proposal_id), error=str(error)
        )
        return None
