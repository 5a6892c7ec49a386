"""Cancel or change a resting order, and learn how it stands: the race with a fill has one winner.

An acknowledged cancellation is not the end: the order may fill until it is cancelled, and be
reported once more afterwards (bybit_v5.md F8, F26). So the order itself is asked every time.
"""

from decimal import Decimal

from db.repositories import orders
from db.repositories.intents import Intent
from db.unit_of_work import unit_of_work
from tasks.endings import conclude_order
from tasks.execution import resolve_order
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.sending import halt, patiently
from tasks.steps import step
from trading.checks import require
from trading.errors import ExchangeError
from trading.intent_states import IntentState
from trading.orders import Order
from trading.retry_policy import Operation, Reaction, reaction_to


@step(
    name="cancel-order",
    task_run_name="cancel {intent.order.symbol}",
    **AT_MOST_ONCE,
)
def cancel_order(resources: Resources, intent: Intent) -> Intent:
    """The intent after its order was cancelled: CANCELLED, or FILLED where a fill was faster.

    Asked again it finds the same end. An order that has not ended when the patience of one look-up
    is over stays open; the next sync looks again.

    Raises:
        ExchangeRefusedError, ExchangeRetryableError: the order stands as it stood.
    """
    require(
        intent.state is not IntentState.RESERVED,
        f"intent {intent.order.link_id} was never sent; there is nothing to cancel",
    )
    if intent.state.is_final:
        return intent
    try:
        patiently(Operation.CANCEL)(
            resources.gateway.cancel, intent.order.symbol, intent.order.link_id
        )
    except ExchangeError as error:
        _require_look_up(resources, Operation.CANCEL, error)
    return resolve_order(resources, intent)


@step(
    name="amend-order",
    task_run_name="amend {intent.order.symbol}",
    **AT_MOST_ONCE,
)
def amend_order(
    resources: Resources,
    intent: Intent,
    price: Decimal | None = None,
    quantity: Decimal | None = None,
) -> Order | None:
    """The order as it stands after it was asked to change; None if it is nowhere to be seen.

    `quantity` is the new total, what has filled included. An order that filled or was cancelled
    before the change arrived comes back as it ended, and its intent is concluded.

    Raises:
        ExchangeRefusedError, ExchangeRetryableError: the order stands as it stood.
    """
    symbol, link_id = intent.order.symbol, intent.order.link_id
    try:
        patiently(Operation.AMEND)(
            resources.gateway.amend, symbol, link_id, price=price, quantity=quantity
        )
    except ExchangeError as error:
        _require_look_up(resources, Operation.AMEND, error)
    order = resources.gateway.order_by_link_id(symbol, link_id)
    if order is not None:
        with unit_of_work(resources.sessions) as session:
            orders.upsert(session, resources.desk.account, [order])
        if not intent.state.is_final:
            conclude_order(resources, intent, order)
    return order


def _require_look_up(resources: Resources, operation: Operation, error: ExchangeError) -> None:
    """Raise `error` unless the order itself tells what became of the request."""
    reaction = reaction_to(operation, error.outcome)
    if reaction is Reaction.HALT:
        halt(resources, error)
    if reaction is not Reaction.LOOK_UP:
        raise error
