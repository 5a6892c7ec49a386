"""A trade to imagine and what became of it, as records that compiled code reads and writes."""

from typing import Final, Protocol

from trading.backtest.records_in_memory import layout

NEVER: Final = 2**62
"""A moment in milliseconds that no candle reaches."""

UNTOLD: Final = 0
STOP_CAME_FIRST: Final = 1
TARGET_CAME_FIRST: Final = 2
"""What public trades told about the candle in which stop and target both lie."""


class PlanRow(Protocol):
    """A trade to imagine; USDT and milliseconds, NaN: none."""

    side: int  # 1 long, -1 short, 0: nothing is traded
    from_ms: int  # it enters at the first candle that opens then or later
    limit: float  # NaN: at the market
    through: float  # the price at which the limit has been traded through
    valid_until_ms: int  # of the limit
    horizon_ms: int  # it is left at the first candle that opens so long after the fill
    reference: float  # the price that was judged
    atr: float  # NaN: not known, so that nothing can be said
    drift: float  # a market entry further from the reference is none
    least_stop: float  # a stop nearer to the planned entry is not labelled
    stop: float  # a price, or a distance from the entry's price
    target: float
    is_by_distance: int
    is_by_mark: int  # stop and target are triggered by the mark price
    needs_mark: int  # they are, or liquidation is looked for
    liquidation: float  # fraction of the entry that may be lost until then
    bankruptcy: float  # fraction of the entry that is lost then
    told: int


class LabelRow(Protocol):
    """What became of it; R is the distance from the fill to the first stop.

    NaN and 0 where nothing was entered; moments in milliseconds, -1: none.
    """

    status: int
    kind: int
    side: int
    fill_ms: int  # open of the candle in which it was filled
    exit_ms: int  # open of the candle in which it was left
    final_ms: int  # close of the candle that settled it
    missing_ms: int  # the first thing that lacks
    quote: float  # the entry without slippage
    fill: float
    stop: float
    target: float
    left: float  # the exit without slippage
    exit: float
    unit: float  # USDT of one R
    r_gross: float
    slip_r: float
    fee_r: float
    funding_r: float  # above 0: paid
    r_net: float
    r_worst: float
    r_best: float
    mae_r: float
    mfe_r: float
    is_resting: int  # filled as a limit that had rested
    is_ambiguous: int
    bars_held: int


PLAN: Final = layout(PlanRow)
LABEL: Final = layout(LabelRow)
