"""The gateway against the simulated exchange, a process of its own, as in paper trading."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
import stamina

from adapters.bybit.gateway import BybitGateway
from tests.fixtures.simulator import Venue, open_venue
from trading import risk
from trading.market import Ticker
from trading.orders import OrderRequest, OrderType, Side
from trading.risk import Approved

__all__ = ["SYMBOL", "Venue", "long_entry", "open_venue", "resting_entry"]

SYMBOL = "BTCUSDT"


@pytest.fixture
def venue(open_venue: Callable[..., Venue]) -> Venue:
    """A stepped synthetic market of one symbol without rate limits."""
    return open_venue(
        "--speed", "step", "--seed", "1", "--symbols", SYMBOL,
        "--start", "2026-01-05T00:00:00Z", "--rate-limits", "off",
    )  # fmt: skip


@pytest.fixture
def gateway(venue: Venue) -> BybitGateway:
    return venue.gateway


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def long_entry(ticker: Ticker, link_id: str, **changes: object) -> Approved:
    """A market order for a long with a stop and target 5 % away, as if reviewed."""
    fields: dict[str, object] = {
        "link_id": link_id,
        "symbol": SYMBOL,
        "side": Side.BUY,
        "order_type": OrderType.MARKET,
        "quantity": Decimal("0.010"),
        "stop_loss": (ticker.last * Decimal("0.95")).quantize(Decimal("0.1")),
        "take_profit": (ticker.last * Decimal("1.05")).quantize(Decimal("0.1")),
    }
    order = OrderRequest(**(fields | changes))  # type: ignore[arg-type]
    return Approved(order, Decimal(0), Decimal(0), None, seal=risk._SEAL)


def resting_entry(ticker: Ticker, link_id: str) -> Approved:
    """A limit order for a long 3 % below the market, which rests."""
    price = (ticker.last * Decimal("0.97")).quantize(Decimal("0.1"))
    return long_entry(ticker, link_id, order_type=OrderType.LIMIT, price=price)
