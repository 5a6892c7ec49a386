"""What clients may ask of the venue: one value per command, with the wire names of Bybit V5.

Every request has `parse(params)` (raises VenueError 10001) and `encode()`, its inverse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.vocabulary import (
    OrderFilter,
    OrderType,
    PositionMode,
    Side,
    TimeInForce,
    TpslMode,
    TriggerBy,
    TriggerDirection,
)
from exchange_sim.engine.wire_fields import (
    Fields,
    Json,
    WireField,
    encode,
    flag,
    number,
    one_of,
    parse,
    text,
    whole,
)

_LEGS: Fields = {
    "take_profit": WireField("takeProfit", number),
    "stop_loss": WireField("stopLoss", number),
    "take_profit_by": WireField("tpTriggerBy", one_of(TriggerBy)),
    "stop_loss_by": WireField("slTriggerBy", one_of(TriggerBy)),
    "take_profit_limit_price": WireField("tpLimitPrice", number),
    "stop_loss_limit_price": WireField("slLimitPrice", number),
    "take_profit_order_type": WireField("tpOrderType", one_of(OrderType)),
    "stop_loss_order_type": WireField("slOrderType", one_of(OrderType)),
}
_ORDER: Fields = {
    "symbol": WireField("symbol", text, required=True),
    "side": WireField("side", one_of(Side), required=True),
    "order_type": WireField("orderType", one_of(OrderType), required=True),
    "quantity": WireField("qty", number, required=True),
    "price": WireField("price", number),
    "time_in_force": WireField("timeInForce", one_of(TimeInForce)),
    "position_idx": WireField("positionIdx", whole),
    "link_id": WireField("orderLinkId", text),
    "reduce_only": WireField("reduceOnly", flag),
    "close_on_trigger": WireField("closeOnTrigger", flag),
    "trigger_price": WireField("triggerPrice", number),
    "trigger_direction": WireField("triggerDirection", one_of(TriggerDirection)),
    "trigger_by": WireField("triggerBy", one_of(TriggerBy)),
    "tpsl_mode": WireField("tpslMode", one_of(TpslMode)),
    "slippage_kind": WireField("slippageToleranceType", text),
    "slippage_value": WireField("slippageTolerance", number),
    "smp_type": WireField("smpType", text),
    **_LEGS,
}
_AMEND: Fields = {
    "symbol": WireField("symbol", text, required=True),
    "order_id": WireField("orderId", text),
    "link_id": WireField("orderLinkId", text),
    "quantity": WireField("qty", number),
    "price": WireField("price", number),
    "trigger_price": WireField("triggerPrice", number),
    "trigger_by": WireField("triggerBy", one_of(TriggerBy)),
    "tpsl_mode": WireField("tpslMode", one_of(TpslMode)),
    **_LEGS,
}
_CANCEL: Fields = {
    "symbol": WireField("symbol", text, required=True),
    "order_id": WireField("orderId", text),
    "link_id": WireField("orderLinkId", text),
}
_CANCEL_ALL: Fields = {
    "symbol": WireField("symbol", text),
    "base_coin": WireField("baseCoin", text),
    "settle_coin": WireField("settleCoin", text),
    "order_filter": WireField("orderFilter", one_of(OrderFilter)),
    "stop_order_type": WireField("stopOrderType", text),
}
_LEVERAGE: Fields = {
    "symbol": WireField("symbol", text, required=True),
    "buy": WireField("buyLeverage", number, required=True),
    "sell": WireField("sellLeverage", number, required=True),
}
_TRADING_STOP: Fields = {
    "symbol": WireField("symbol", text, required=True),
    "position_idx": WireField("positionIdx", whole),
    "tpsl_mode": WireField("tpslMode", one_of(TpslMode)),
    "trailing_stop": WireField("trailingStop", number),
    "active_price": WireField("activePrice", number),
    "take_profit_size": WireField("tpSize", number),
    "stop_loss_size": WireField("slSize", number),
    **_LEGS,
}
_MODE: Fields = {
    "symbol": WireField("symbol", text),
    "coin": WireField("coin", text),
    "mode": WireField("mode", one_of(PositionMode), required=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Legs:
    """The take-profit and stop-loss parameters several requests share; "0" removes a leg."""

    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit_by: TriggerBy | None = None
    stop_loss_by: TriggerBy | None = None
    take_profit_limit_price: Decimal | None = None
    stop_loss_limit_price: Decimal | None = None
    take_profit_order_type: OrderType | None = None
    stop_loss_order_type: OrderType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest(Legs):
    """POST /v5/order/create."""

    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    position_idx: int | None = None
    link_id: str = ""
    reduce_only: bool = False
    close_on_trigger: bool = False
    trigger_price: Decimal | None = None
    trigger_direction: TriggerDirection | None = None
    trigger_by: TriggerBy | None = None
    tpsl_mode: TpslMode | None = None
    slippage_kind: str | None = None
    slippage_value: Decimal | None = None
    smp_type: str | None = None

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "OrderRequest":
        """The request in `params`."""
        return parse(cls, _ORDER, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _ORDER)

    @property
    def closes_everything(self) -> bool:
        """Whether it is the special form that closes the whole position: quantity "0"."""
        return self.quantity == 0 and self.reduce_only and self.close_on_trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendRequest(Legs):
    """POST /v5/order/amend; `quantity` is the new total, None leaves a value as it is."""

    symbol: str
    order_id: str = ""
    link_id: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    trigger_by: TriggerBy | None = None
    tpsl_mode: TpslMode | None = None

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "AmendRequest":
        """The request in `params`."""
        return parse(cls, _AMEND, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _AMEND)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest:
    """POST /v5/order/cancel; the order id wins over the link id."""

    symbol: str
    order_id: str = ""
    link_id: str = ""

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "CancelRequest":
        """The request in `params`."""
        return parse(cls, _CANCEL, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _CANCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAllRequest:
    """POST /v5/order/cancel-all; without a filter it also strips stops and targets."""

    symbol: str = ""
    base_coin: str = ""
    settle_coin: str = ""
    order_filter: OrderFilter | None = None
    stop_order_type: str = ""

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "CancelAllRequest":
        """The request in `params`."""
        return parse(cls, _CANCEL_ALL, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _CANCEL_ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverageRequest:
    """POST /v5/position/set-leverage."""

    symbol: str
    buy: Decimal
    sell: Decimal

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "LeverageRequest":
        """The request in `params`."""
        return parse(cls, _LEVERAGE, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _LEVERAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingStopRequest(Legs):
    """POST /v5/position/trading-stop; distances and prices in USDT, "0" removes."""

    symbol: str
    position_idx: int | None = None
    tpsl_mode: TpslMode | None = None
    trailing_stop: Decimal | None = None
    active_price: Decimal | None = None
    take_profit_size: Decimal | None = None
    stop_loss_size: Decimal | None = None

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "TradingStopRequest":
        """The request in `params`."""
        return parse(cls, _TRADING_STOP, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _TRADING_STOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRequest:
    """POST /v5/position/switch-mode; the symbol wins over the coin."""

    mode: PositionMode
    symbol: str = ""
    coin: str = ""

    @classmethod
    def parse(cls, params: Mapping[str, object]) -> "ModeRequest":
        """The request in `params`."""
        return parse(cls, _MODE, params)

    def encode(self) -> dict[str, Json]:
        """Its wire parameters."""
        return encode(self, _MODE)
