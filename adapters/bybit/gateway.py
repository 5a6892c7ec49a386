"""The Bybit gateway: the whole exchange in the desk's own words."""

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.account_calls import AccountCalls
from adapters.bybit.market_calls import MarketCalls
from adapters.bybit.order_calls import OrderCalls
from adapters.bybit.position_calls import PositionCalls
from adapters.bybit.retries import ReadPolicy
from adapters.bybit.status_calls import StatusCalls
from adapters.bybit.traffic import OPEN_GATE, TrafficGate
from adapters.bybit.transport import BybitTransport


class BybitGateway(StatusCalls, MarketCalls, AccountCalls, PositionCalls, OrderCalls):
    """Everything the desk asks of Bybit, category linear, settled in USDT.

    Reads repeat themselves with backoff. Writes are sent once and raise one of the answers to "did
    it happen?" of trading/errors.py. Data that cannot be trusted raises BadDataError. Safe to
    share between threads.
    """

    def __repr__(self) -> str:
        return f"BybitGateway({self._session!r})"

    def close(self) -> None:
        """Give the connections back; the gateway is not used afterwards."""
        self._session.close()


def connect(
    access: ExchangeAccess, policy: ReadPolicy | None = None, gate: TrafficGate = OPEN_GATE
) -> BybitGateway:
    """A gateway to the account; nothing is sent yet. `gate` decides when a request may leave."""
    return BybitGateway(BybitTransport(access, policy, gate))
