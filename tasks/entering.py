"""Enter a trade: send its order, learn its end, and see with our own eyes that its stop stands."""

from db.repositories.intents import Intent
from tasks.execution import execute_entry
from tasks.policies import AT_MOST_ONCE
from tasks.protection import ensure_protected
from tasks.resources import Resources
from tasks.steps import step
from trading.intent_states import IntentState
from trading.risk import Approved


@step(name="enter-trade", task_run_name="enter {approved.order.symbol}", **AT_MOST_ONCE)
def enter_trade(resources: Resources, intent: Intent, approved: Approved) -> Intent:
    """The ended intent of a committed order; what it filled is protected, or closed again.

    The stop rides in the order, but accepted does not mean that it stands (bybit_v5.md F10).
    """
    ended = execute_entry(resources, intent, approved)
    if ended.state is IntentState.FILLED:
        ensure_protected(resources, ended.order.symbol)
    return ended
