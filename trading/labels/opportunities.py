"""What is labelled: the market at a decision, and the trade it proposed if it proposed one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from trading.candles import Interval
from trading.checks import require, require_fraction, require_positive, require_utc
from trading.positions import Direction


class Trigger(StrEnum):
    """The price that stop and target are compared with; it must be the live order's."""

    LAST = "last"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class LimitEntry:
    """An entry that rests at `price` (USDT) until it is filled or `valid_for` has passed.

    It fills when the market trades at least one `tick_size` beyond it: a touch leaves others in
    the queue before it.
    """

    price: Decimal
    valid_for: timedelta
    tick_size: Decimal

    def __post_init__(self) -> None:
        require_positive("limit price", self.price)
        require_positive("tick_size", self.tick_size)
        require(
            self.valid_for > timedelta(0),
            f"a limit valid for {self.valid_for} can never fill; give it time above 0",
        )


@dataclass(frozen=True, slots=True)
class Margin:
    """Isolated margin, for the check of liquidation; `maintenance_fraction` of the notional."""

    leverage: Decimal
    maintenance_fraction: Decimal

    def __post_init__(self) -> None:
        require_positive("leverage", self.leverage)
        require_fraction("maintenance_fraction", self.maintenance_fraction)
        require(
            self.leverage * self.maintenance_fraction < 1,
            f"leverage {self.leverage} with a maintenance margin of {self.maintenance_fraction}: "
            "it would be liquidated at the entry; 1 / leverage must be above the maintenance",
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A trade as the analyst proposed it, sent or not. Prices in USDT.

    Nothing is refused here that a market could judge: a stop on the wrong side becomes a label
    INVALID_AT_FILL. Without `limit` it enters at the market; without `margin` liquidation is not
    looked for.
    """

    direction: Direction
    stop_loss: Decimal
    take_profit: Decimal
    horizon_bars: int
    limit: LimitEntry | None = None
    trigger: Trigger = Trigger.LAST
    margin: Margin | None = None

    def __post_init__(self) -> None:
        require_positive("stop_loss", self.stop_loss)
        require_positive("take_profit", self.take_profit)
        require(
            self.horizon_bars >= 1,
            f"horizon_bars is {self.horizon_bars}; a trade is held at least 1 bar",
        )


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One decision and its market. `proposal` is None when it was to do nothing, or was none.

    `close` is the close of the bar that was judged, at `closed_at`; `reference_price` what the
    levels were made for (the last price of the snapshot). `atr` is the average true range of 14
    bars at that close; None where there were too few, which leaves labels INCOMPLETE.
    `forecast_bars` is how far ahead `p_up` was asked about.
    """

    symbol: str
    interval: Interval
    closed_at: datetime
    decided_at: datetime
    close: Decimal
    reference_price: Decimal
    atr: Decimal | None
    proposal: Proposal | None = None
    forecast_bars: int = 24

    def __post_init__(self) -> None:
        require_utc("closed_at", self.closed_at)
        require_utc("decided_at", self.decided_at)
        require_positive("close", self.close)
        require_positive("reference_price", self.reference_price)
        if self.atr is not None:
            require_positive("atr", self.atr)
        require(
            self.interval.floor(self.closed_at) == self.closed_at <= self.decided_at,
            f"{self.symbol}: decided at {self.decided_at.isoformat()} on the {self.interval} bar "
            f"closed at {self.closed_at.isoformat()}; bars close on the grid of their interval, "
            "decisions follow",
        )
        require(
            self.forecast_bars >= 1,
            f"forecast_bars is {self.forecast_bars}; a forecast is about at least 1 bar",
        )
