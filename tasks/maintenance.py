"""Ask the exchange whether it will be there; nobody enters a trade that it will not watch over."""

import structlog

from config.environments import Environment
from tasks.resources import Resources
from trading.errors import BadDataError, ExchangeError, ExchangeHaltedError
from trading.maintenance import check_maintenance
from trading.reasons import Refused

log = structlog.get_logger()


def refused_by_maintenance(resources: Resources) -> Refused | None:
    """Why nothing may be entered now, None if the exchange announces nothing that forbids it.

    An exchange that does not tell is no reason: what else it does not answer will be.

    Raises:
        ExchangeHaltedError: the exchange shut us out.
    """
    try:
        announced = resources.gateway.maintenances()
    except ExchangeHaltedError:
        raise
    except (ExchangeError, BadDataError) as error:
        log.warning("maintenance not told", error=str(error))
        return None
    is_demo = resources.desk.account.environment == Environment.DEMO
    return check_maintenance(announced, now=resources.now(), is_demo=is_demo)
