"""A made-up market, always the same, in which a prompt is tried before it is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from adapters.prompts.variables import Question, variables_of
from trading.arms import Arm, ImageArm, Mask
from trading.candles import Candle, Interval
from trading.costs import Costs
from trading.errors import InvariantError
from trading.instruments import Instrument
from trading.limits import RiskLimits
from trading.market import AccountRatio, FundingRate, OpenInterest, Ticker
from trading.positions import Direction, Position
from trading.reasons import Refused
from trading.signals import SignalRules
from trading.snapshot import (
    FUNDING_RATES,
    MarketInputs,
    MarketSnapshot,
    SnapshotRules,
    build_snapshot,
)

_SYMBOL = "MADEUPUSDT"
_NOW = datetime(2024, 1, 10, 12, tzinfo=UTC)
_BARS = 240
"""Enough for the slowest average, so that every fact is there."""


def reference_variables() -> Iterator[dict[str, object]]:
    """What a template may meet: each image arm, flat and in a position, with and without news."""
    flat, held = reference_snapshot(), reference_snapshot(_position())
    for pictures in (ImageArm.LTF, ImageArm.NONE, ImageArm.LTF_HTF):
        yield variables_of(flat, _question(), Arm(pictures))
        yield variables_of(held, _question(), Arm(pictures))
    yield variables_of(held, _question(), Arm(mask=Mask.ANONYMISED))
    yield variables_of(flat, _question("An exchange announces maintenance"))


def reference_snapshot(position: Position | None = None) -> MarketSnapshot:
    """240 bars of one hour with five-digit prices, every indicator warm and nothing missing."""
    candles = tuple(_candles())
    inputs = MarketInputs(
        instrument=_instrument(),
        interval=Interval.H1,
        candles=candles,
        ticker=_ticker(candles[-1].close),
        position=position,
        opened_at=None if position is None else _NOW - timedelta(hours=5),
        funding=tuple(_funding()),
        open_interest=tuple(_open_interest()),
        account_ratio=AccountRatio(_SYMBOL, Decimal("0.5777"), Decimal("0.4223"), _NOW),
        bitcoin=candles,
    )
    built = build_snapshot(inputs, now=_NOW, rules=SnapshotRules(bars=_BARS))
    if isinstance(built, Refused):
        message = f"the reference market was refused: {built.detail}"
        raise InvariantError(message)
    return built


def _question(*news: str) -> Question:
    return Question(
        signals=SignalRules(),
        limits=RiskLimits(),
        costs=Costs(),
        horizon_bars=24,
        news=news,
    )


def _candles() -> Iterator[Candle]:
    closes = [_close(bar) for bar in range(_BARS)]
    for bar, close in enumerate(closes):
        opened = closes[max(bar - 1, 0)]
        yield Candle(
            opened_at=_NOW - (_BARS - bar) * Interval.H1.length,
            open=opened,
            # Wicks differ, so that there are swings.
            high=max(opened, close) + 37 + bar * 13 % 29,
            low=min(opened, close) - 41 - bar * 17 % 31,
            close=close,
            volume=Decimal(1200 + bar * bar % 331),
        )


def _funding() -> Iterator[FundingRate]:
    for age in range(FUNDING_RATES, 0, -1):
        settled_at = _NOW - timedelta(hours=8 * age - 4)
        yield FundingRate(_SYMBOL, Decimal(100 - 37 * age) / 1_000_000, settled_at)


def _open_interest() -> Iterator[OpenInterest]:
    for age in range(24, -1, -1):
        quantity = Decimal(54_000 + age * age * 31 % 997)
        yield OpenInterest(_SYMBOL, quantity, _NOW - timedelta(hours=age))


def _close(bar: int) -> Decimal:
    """A slow wave with a jitter, on half ticks."""
    wave = abs(bar % 96 - 48) * 25
    return Decimal(40_000 + wave + bar * bar * 37 % 201) + Decimal("0.5")


def _instrument() -> Instrument:
    return Instrument(
        symbol=_SYMBOL,
        base_coin="MADEUP",
        tick_size=Decimal("0.5"),
        quantity_step=Decimal("0.001"),
        minimum_quantity=Decimal("0.001"),
        maximum_quantity=Decimal(1000),
        maximum_market_quantity=Decimal(500),
        minimum_notional_usdt=Decimal(5),
        maximum_leverage=Decimal(100),
        funding_interval=timedelta(hours=8),
    )


def _ticker(last: Decimal) -> Ticker:
    return Ticker(
        symbol=_SYMBOL,
        last=last,
        mark=last,
        index=last,
        bid=last - Decimal("0.5"),
        ask=last + Decimal("0.5"),
        funding_rate=Decimal("0.0001"),
        next_funding_at=_NOW + timedelta(hours=4),
        turnover_24h_usdt=Decimal(1_234_567_890),
        open_interest=Decimal("54321.09"),
        taken_at=_NOW,
    )


def _position() -> Position:
    return Position(
        symbol=_SYMBOL,
        direction=Direction.LONG,
        quantity=Decimal(1),
        entry_price=Decimal("40100.5"),
        mark_price=Decimal("40200.5"),
        leverage=Decimal(2),
        unrealised_pnl_usdt=Decimal(100),
        updated_at=_NOW,
        stop_loss=Decimal(39_500),
        take_profit=Decimal(41_500),
    )
