"""The closed sets of words of the venue, spelled as Bybit V5 spells them on the wire.

Source: Bybit V5 docs, "Enums Definitions" (docs snapshot of 2026-07-24).
"""

from enum import IntEnum, StrEnum


class Side(StrEnum):
    """The direction of an order, a fill or a position."""

    BUY = "Buy"
    SELL = "Sell"

    @property
    def sign(self) -> int:
        """+1 for buy or long, -1 for sell or short."""
        return 1 if self is Side.BUY else -1

    @property
    def opposite(self) -> "Side":
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """How an order is priced; UNKNOWN marks funding rows of the execution list."""

    MARKET = "Market"
    LIMIT = "Limit"
    UNKNOWN = "UNKNOWN"


class TimeInForce(StrEnum):
    """How long the unfilled rest of an order lives; market orders are always IOC."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    POST_ONLY = "PostOnly"


class OrderStatus(StrEnum):
    """The states of the order state machine; the last four are final."""

    NEW = "New"
    PARTIALLY_FILLED = "PartiallyFilled"
    UNTRIGGERED = "Untriggered"
    TRIGGERED = "Triggered"
    FILLED = "Filled"
    CANCELLED = "Cancelled"
    REJECTED = "Rejected"
    DEACTIVATED = "Deactivated"


class CreateType(StrEnum):
    """Who or what created an order."""

    BY_USER = "CreateByUser"
    BY_TAKE_PROFIT = "CreateByTakeProfit"
    BY_STOP_LOSS = "CreateByStopLoss"
    BY_PARTIAL_TAKE_PROFIT = "CreateByPartialTakeProfit"
    BY_PARTIAL_STOP_LOSS = "CreateByPartialStopLoss"
    BY_TRAILING_STOP = "CreateByTrailingStop"
    BY_TAKE_OVER = "CreateByTakeOver_PassThrough"
    BY_ADL = "CreateByAdl_PassThrough"
    BY_SETTLE = "CreateBySettle"
    UNKNOWN = ""


class CancelType(StrEnum):
    """Who or what cancelled an order; UNKNOWN while it is not cancelled."""

    UNKNOWN = "UNKNOWN"
    BY_USER = "CancelByUser"
    BY_REDUCE_ONLY = "CancelByReduceOnly"
    BY_TPSL_CLEAR = "CancelByTpSlTsClear"
    TAKE_PROFIT_BY_STOP_LOSS = "CancelByOCOTpCanceledBySlTriggered"
    STOP_LOSS_BY_TAKE_PROFIT = "CancelByOCOSlCanceledByTpTriggered"
    ALL_BEFORE_LIQUIDATION = "CancelAllBeforeLiq"


class RejectReason(StrEnum):
    """Why an order ended unfilled."""

    NO_ERROR = "EC_NoError"
    OTHERS = "EC_Others"
    POST_ONLY_WOULD_TAKE = "EC_PostOnlyWillTakeLiquidity"
    NO_IMMEDIATE_QUANTITY = "EC_NoImmediateQtyToFill"
    NO_FULL_FILL = "EC_CancelForNoFullFill"
    ORIGINAL_GONE = "EC_OrigClOrdIDDoesNotExist"
    PER_CANCEL_REQUEST = "EC_PerCancelRequest"


class StopOrderType(StrEnum):
    """The kind of a conditional or protective order; NONE for a plain one."""

    NONE = ""
    STOP = "Stop"
    TAKE_PROFIT = "TakeProfit"
    STOP_LOSS = "StopLoss"
    TRAILING_STOP = "TrailingStop"
    PARTIAL_TAKE_PROFIT = "PartialTakeProfit"
    PARTIAL_STOP_LOSS = "PartialStopLoss"
    UNKNOWN = "UNKNOWN"

    @property
    def protects(self) -> bool:
        """Whether an order of this kind belongs to a position (stop, target or trailing stop)."""
        return self in _PROTECTIVE

    @property
    def limits_loss(self) -> bool:
        """Whether it is a stop or a trailing stop: it goes first when both could trigger."""
        return self in _LOSS_LIMITING


_LOSS_LIMITING = frozenset(
    {StopOrderType.STOP_LOSS, StopOrderType.PARTIAL_STOP_LOSS, StopOrderType.TRAILING_STOP}
)
_PROTECTIVE = _LOSS_LIMITING | {StopOrderType.TAKE_PROFIT, StopOrderType.PARTIAL_TAKE_PROFIT}


class TriggerBy(StrEnum):
    """Which price fires a conditional order."""

    LAST = "LastPrice"
    MARK = "MarkPrice"
    INDEX = "IndexPrice"


class TriggerDirection(IntEnum):
    """From which side the trigger price must be reached."""

    RISE = 1
    FALL = 2


class TpslMode(StrEnum):
    """FULL protects the whole position with one pair; PARTIAL adds a pair for a quantity."""

    FULL = "Full"
    PARTIAL = "Partial"


class ExecType(StrEnum):
    """What an execution row reports."""

    TRADE = "Trade"
    FUNDING = "Funding"
    BUST_TRADE = "BustTrade"
    ADL_TRADE = "AdlTrade"
    SETTLE = "Settle"


class TransactionType(StrEnum):
    """What a row of the transaction log books."""

    TRADE = "TRADE"
    SETTLEMENT = "SETTLEMENT"
    LIQUIDATION = "LIQUIDATION"
    ADL = "ADL"
    DELIVERY = "DELIVERY"
    BONUS = "BONUS"
    TRANSFER_IN = "TRANSFER_IN"
    TRANSFER_OUT = "TRANSFER_OUT"


class PositionMode(IntEnum):
    """One position per symbol (ONE_WAY) or a long and a short side by side (HEDGE)."""

    ONE_WAY = 0
    HEDGE = 3


class OrderFilter(StrEnum):
    """Which kinds of orders cancel-all touches: plain, conditional and protective, or plain."""

    ORDER = "Order"
    STOP_ORDER = "StopOrder"
    OPEN_ORDER = "OpenOrder"
