"""The rules of one instrument as the exchange lists them now."""

from tasks.resources import Resources
from trading.instruments import Instrument


def listed(resources: Resources, symbol: str) -> Instrument | None:
    """The instrument, None while the exchange lists none: a halted, closing or delisted market.

    Raises:
        ExchangeError: the exchange does not answer.
        BadDataError: its answer cannot be trusted.
    """
    return next(iter(resources.gateway.instruments([symbol])), None)
