"""What every sync does about the owner's word: end what nobody answered, send what was left."""

from dataclasses import dataclass

from tasks.approvals import expire_due
from tasks.carrying_out import CarriedOut, carry_out_due
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step


@dataclass(frozen=True, slots=True)
class ApprovalsSettled:
    """How many proposals expired, and what became of the approved ones nobody had sent."""

    expired: int = 0
    carried_out: tuple[CarriedOut, ...] = ()


@step(name="settle-approvals", task_run_name="settle approvals", **AT_MOST_ONCE)
def settle_approvals(resources: Resources) -> ApprovalsSettled:
    """Expire proposals whose time is over, and carry out approvals whose process died.

    So no proposal needs the bot to end. Sync first: the limits count the newest positions.
    """
    expired = expire_due(resources.sessions, resources.asking, now=resources.now())
    return ApprovalsSettled(expired, carry_out_due(resources, resources.asking))
