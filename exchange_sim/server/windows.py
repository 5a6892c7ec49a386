"""Which stretch of time a list covers: the 7-day rule and what history still shows (spec 2)."""

from dataclasses import dataclass

from exchange_sim.engine.errors import invalid
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.vocabulary import OrderStatus
from exchange_sim.server.parameters import Parameters

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch [start, end] in milliseconds."""

    start_ms: int
    end_ms: int

    def covers(self, time_ms: int) -> bool:
        """Whether a moment lies in it, both ends included."""
        return self.start_ms <= time_ms <= self.end_ms


def window_of(parameters: Parameters, now_ms: int, *, default_ms: int = WEEK_MS) -> Window:
    """The window of `startTime` and `endTime`: a missing end is found from the other one.

    Nothing given: the last `default_ms`. Only a start: seven days from it. Only an end: seven
    days before it. Raises: VenueError 10001 for more than seven days or a start after the end.
    """
    start, end = parameters.integer("startTime"), parameters.integer("endTime")
    if start is None and end is None:
        return Window(now_ms - default_ms, now_ms)
    if start is None:
        assert end is not None
        return Window(end - WEEK_MS, end)
    if end is None:
        return Window(start, start + WEEK_MS)
    if not 0 <= end - start <= WEEK_MS:
        raise invalid(
            f"The time range between startTime {start} and endTime {end} must be 0 to 7 days."
        )
    return Window(start, end)


def still_shown(order: Order, now_ms: int) -> bool:
    """Whether order/history still tells of a finished order (Bybit docs, "Get Order History").

    Without a fill, cancelled, rejected and deactivated orders show for 24 h, others for seven
    days; orders with fills show for good.
    """
    if order.filled_quantity:
        return True
    unfilled_end = {OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.DEACTIVATED}
    span = DAY_MS if order.status in unfilled_end else WEEK_MS
    return order.updated_ms > now_ms - span
