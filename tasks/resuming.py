"""Go on where a run that died in this slot stopped: first learn what became of its orders."""

from db.repositories import run_intents
from db.repositories.slots import Claim
from db.unit_of_work import read_session
from tasks.endings import conclude_order
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.intent_states import IntentState


@step(name="finish-interrupted", task_run_name="finish interrupted", **SAFE_TO_RETRY)
def finish_interrupted(resources: Resources, claim: Claim) -> None:
    """End the orders of a dead run of this slot that exist at the exchange.

    What was reserved and never sent, or is nowhere yet, stays: the symbol is decided anew, and
    the same order may leave under the same link id.
    """
    if not claim.is_takeover:
        return
    with read_session(resources.sessions) as session:
        left_behind = run_intents.unresolved(session, claim.run_id)
    for intent in left_behind:
        if intent.state is IntentState.RESERVED:
            continue
        order = resources.gateway.order_by_link_id(intent.order.symbol, intent.order.link_id)
        if order is not None:
            conclude_order(resources, intent, order)
