"""Put right what the desk itself left behind: orders whose position is gone."""

import structlog

from db.repositories import discrepancies, orders, trades
from db.unit_of_work import read_session
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from trading.errors import ExchangeError
from trading.reconcile import Discrepancy, DiscrepancyKind

log = structlog.get_logger()


@step(name="cancel-orphans", task_run_name="cancel orphans", **AT_MOST_ONCE)
def cancel_orphans(resources: Resources, found: tuple[Discrepancy, ...]) -> int:
    """Cancel reduce-only orders of ours that have no position; their number.

    A list of positions that is empty by mistake would make every stop look like an orphan. So the
    order must be without a position in this sync and in one before, and in our own books too. An
    order of another hand is never touched: a human is asked about it. The difference is resolved
    by the sync that does not see the order any more, not by the cancel's answer.
    """
    orphans = [item for item in found if item.kind is DiscrepancyKind.ORPHAN_ORDER]
    if not orphans:
        return 0
    key = resources.desk.account
    with read_session(resources.sessions) as session:
        ours = orders.made_by_us(session, key, {item.key for item in orphans})
        held = {trade.symbol for trade in trades.open_trades(session, key)}
        before = {(row.kind, row.subject) for row in discrepancies.open_ones(session, key)}
    return sum(
        _cancel(resources, item)
        for item in orphans
        if item.key in ours and item.symbol not in held and (item.kind, item.key) in before
    )


def _cancel(resources: Resources, item: Discrepancy) -> bool:
    try:
        resources.gateway.cancel_left_over(item.symbol, item.key)
    except ExchangeError as error:
        log.warning("orphan order not cancelled", symbol=item.symbol, error=str(error))
        return False
    log.info("orphan order cancelled", symbol=item.symbol, order_id=item.key)
    return True
