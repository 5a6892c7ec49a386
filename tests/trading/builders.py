"""Valid values with defaults, so that a test changes only the field it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from trading.analysis import Action, Analysis, Probabilities, Regime
from trading.candles import Candle, Interval
from trading.capacity import AccountState
from trading.executions import Execution, ExecutionKind
from trading.instruments import Instrument
from trading.market import AccountRatio, OpenInterest, Ticker
from trading.orders import Order, OrderStatus, OrderType, Side, StopKind
from trading.positions import Direction, Position
from trading.signals import Signal
from trading.snapshot import MarketInputs, MarketSnapshot, build_snapshot

NOW = datetime(2024, 1, 10, 12, 0, 3, tzinfo=UTC)
SYMBOL = "BTCUSDT"


def instrument(**changes: Any) -> Instrument:
    fields: dict[str, Any] = {
        "symbol": SYMBOL,
        "base_coin": "BTC",
        "tick_size": Decimal("0.5"),
        "quantity_step": Decimal("0.001"),
        "minimum_quantity": Decimal("0.001"),
        "maximum_quantity": Decimal(1190),
        "maximum_market_quantity": Decimal(500),
        "minimum_notional_usdt": Decimal(5),
        "maximum_leverage": Decimal(100),
        "funding_interval": timedelta(hours=8),
    }
    return Instrument(**(fields | changes))


def candle(opened_at: datetime, close: Decimal = Decimal(40_000), **changes: Any) -> Candle:
    fields: dict[str, Any] = {
        "opened_at": opened_at,
        "open": close,
        "high": close + 50,
        "low": close - 50,
        "close": close,
        "volume": Decimal(10),
    }
    return Candle(**(fields | changes))


def candles(
    count: int = 120, *, closes: list[int] | None = None, now: datetime = NOW
) -> tuple[Candle, ...]:
    """Hourly closed candles up to `now`; each opens where the one before closed."""
    closes = closes or walk(count)
    first = Interval.H1.floor(now) - len(closes) * Interval.H1.length
    built = []
    for bar, close in enumerate(closes):
        opened = Decimal(closes[max(bar - 1, 0)])
        ends = (opened, Decimal(close))
        built.append(
            Candle(
                opened_at=first + bar * Interval.H1.length,
                open=opened,
                high=max(ends) + 50,
                low=min(ends) - 50,
                close=Decimal(close),
                volume=Decimal(10 + bar % 7),
            )
        )
    return tuple(built)


def walk(count: int, *, seed: int = 1, start: int = 40_000, step: int = 200) -> list[int]:
    random, price, closes = Random(seed), start, []
    for _ in range(count):
        price += random.randint(-step, step)
        closes.append(price)
    return closes


def ticker(last: Decimal = Decimal(40_000), **changes: Any) -> Ticker:
    fields: dict[str, Any] = {
        "symbol": SYMBOL,
        "last": last,
        "mark": last,
        "index": last,
        "bid": last - 1,
        "ask": last + 1,
        "funding_rate": Decimal("0.0001"),
        "next_funding_at": NOW + timedelta(hours=4),
        "turnover_24h_usdt": Decimal(10**9),
        "open_interest": Decimal(50_000),
        "taken_at": NOW,
    }
    return Ticker(**(fields | changes))


def open_interest(symbol: str = SYMBOL) -> tuple[OpenInterest, ...]:
    """A day of recorded hours up to `NOW`, a hundredth of the first one added in each."""
    newest = Interval.H1.floor(NOW)
    return tuple(
        OpenInterest(
            symbol, Decimal(50_000 + 500 * hour), newest - (24 - hour) * Interval.H1.length
        )
        for hour in range(25)
    )


def account_ratio(symbol: str = SYMBOL) -> AccountRatio:
    """Three accounts of five are long."""
    return AccountRatio(symbol, Decimal("0.6"), Decimal("0.4"), Interval.H1.floor(NOW))


def inputs(**changes: Any) -> MarketInputs:
    fields: dict[str, Any] = {
        "instrument": instrument(),
        "interval": Interval.H1,
        "candles": candles(),
    }
    fields |= changes
    fields.setdefault("ticker", ticker(fields["candles"][-1].close))
    return MarketInputs(**fields)


def snapshot(**changes: Any) -> MarketSnapshot:
    """A built snapshot; `changes` are market inputs."""
    built = build_snapshot(inputs(**changes), now=NOW)
    assert isinstance(built, MarketSnapshot), built
    return built


def snapshot_at_40000() -> MarketSnapshot:
    """A market at exactly 40000 with bid 39999, ask 40001 and an ATR of 100."""
    built = snapshot(candles=candles(closes=[40_000] * 120))
    return replace(built, indicators=replace(built.indicators, atr=100.0))


def long_analysis(**changes: Any) -> Analysis:
    fields: dict[str, Any] = {
        "analyst": "someone",
        "version": "1",
        "action": Action.LONG,
        "p_up": 55,
        "regime": Regime.TREND_UP,
        "reasons": ("because",),
        "stop_loss": Decimal(39_801),
        "take_profit": Decimal(40_401),
        "horizon_bars": 24,
        "probabilities": Probabilities(45, 45, 10),
    }
    return Analysis(**(fields | changes))


def short_analysis(**changes: Any) -> Analysis:
    fields: dict[str, Any] = {
        "action": Action.SHORT,
        "p_up": 45,
        "stop_loss": Decimal(40_199),
        "take_profit": Decimal(39_599),
    }
    return long_analysis(**(fields | changes))


def signal(**changes: Any) -> Signal:
    """A long from 40000 with stop 39600 (1 %) and target 40800."""
    fields: dict[str, Any] = {
        "symbol": SYMBOL,
        "direction": Direction.LONG,
        "entry_price": Decimal(40_000),
        "stop_loss": Decimal(39_600),
        "take_profit": Decimal(40_800),
        "spread_bps": Decimal("0.5"),
        "created_at": NOW,
        "analyst": "someone 1",
    }
    return Signal(**(fields | changes))


def short_signal(**changes: Any) -> Signal:
    fields: dict[str, Any] = {
        "direction": Direction.SHORT,
        "stop_loss": Decimal(40_400),
        "take_profit": Decimal(39_200),
    }
    return signal(**(fields | changes))


def account(**changes: Any) -> AccountState:
    fields: dict[str, Any] = {
        "equity_usdt": Decimal(10_000),
        "available_usdt": Decimal(10_000),
        "day_start_equity_usdt": Decimal(10_000),
        "balance_read_at": NOW,
    }
    return AccountState(**(fields | changes))


def position(**changes: Any) -> Position:
    fields: dict[str, Any] = {
        "symbol": SYMBOL,
        "direction": Direction.LONG,
        "quantity": Decimal("0.1"),
        "entry_price": Decimal(40_000),
        "mark_price": Decimal(40_100),
        "leverage": Decimal(5),
        "unrealised_pnl_usdt": Decimal(10),
        "updated_at": NOW,
        "stop_loss": Decimal(39_600),
        "take_profit": Decimal(40_800),
    }
    return Position(**(fields | changes))


def order(**changes: Any) -> Order:
    fields: dict[str, Any] = {
        "order_id": "order-1",
        "link_id": "link-1",
        "symbol": SYMBOL,
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "status": OrderStatus.NEW,
        "quantity": Decimal("0.1"),
        "filled_quantity": Decimal(0),
        "created_at": NOW,
        "updated_at": NOW,
        "price": Decimal(39_000),
    }
    return Order(**(fields | changes))


def stop_order(**changes: Any) -> Order:
    """The stop child of the long in `position()`, as the exchange makes it."""
    fields: dict[str, Any] = {
        "order_id": "stop-1",
        "link_id": "",
        "parent_link_id": "link-1",
        "side": Side.SELL,
        "order_type": OrderType.MARKET,
        "status": OrderStatus.UNTRIGGERED,
        "price": None,
        "trigger_price": Decimal(39_600),
        "stop_kind": StopKind.STOP_LOSS,
        "reduce_only": True,
    }
    return order(**(fields | changes))


def execution(**changes: Any) -> Execution:
    fields: dict[str, Any] = {
        "execution_id": "execution-1",
        "order_id": "order-1",
        "link_id": "link-1",
        "symbol": SYMBOL,
        "side": Side.BUY,
        "kind": ExecutionKind.TRADE,
        "price": Decimal(40_000),
        "quantity": Decimal("0.1"),
        "value_usdt": Decimal(4_000),
        "fee_usdt": Decimal("2.2"),
        "fee_rate": Decimal("0.00055"),
        "is_maker": False,
        "closed_quantity": Decimal(0),
        "executed_at": NOW,
        "sequence": 1,
    }
    return Execution(**(fields | changes))
