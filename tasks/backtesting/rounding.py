"""The one place where the floats of a backtest become the exchange's digits."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from db.repositories.backtests import StoredTrade
from db.states import BacktestExit
from trading.backtest.bars import Floats
from trading.backtest.records import Backtest, ExitReason
from trading.positions import Direction

DIGITS = 8
"""Bybit states amounts, prices and quantities with at most this many decimals."""

_SMALLEST = Decimal(1).scaleb(-DIGITS)


def stored_trades(backtest: Backtest) -> Iterator[StoredTrade]:
    """The trades of a backtest as they are stored, in the order of their entries.

    Each sum is rounded by itself and `net_usdt` is made of the rounded parts, so that a row adds
    up to the last digit; it may differ from the engine's float by one in the eighth decimal.
    """
    trades = backtest.trades
    names = ("quantity", "entry_price", "exit_price", "gross", "fees", "funding")
    amounts = zip(*(_digits(getattr(trades, name)) for name in names), strict=True)
    for number, (quantity, entry, leave, gross, fees, funding) in enumerate(amounts):
        net = gross - fees + funding
        risk = _optional(trades.risk[number])
        yield StoredTrade(
            number=number,
            symbol=backtest.symbols[trades.symbol[number]],
            direction=Direction.LONG if trades.side[number] > 0 else Direction.SHORT,
            entered_at=_moment(trades.entry_ms[number]),
            left_at=_moment(trades.exit_ms[number]),
            quantity=quantity,
            entry_price=entry,
            exit_price=leave,
            gross_usdt=gross,
            fees_usdt=fees,
            funding_usdt=funding,
            net_usdt=net,
            risk_usdt=risk,
            r_multiple=None if risk is None else (net / risk).quantize(_SMALLEST),
            adverse_fraction=_digit(trades.adverse[number]),
            favourable_fraction=_digit(trades.favourable[number]),
            reason=BacktestExit[ExitReason(trades.reason[number]).name],
            is_ambiguous=bool(trades.is_ambiguous[number]),
        )


def _digits(column: Floats) -> list[Decimal]:
    return [_digit(value) for value in column.tolist()]


def _digit(value: float) -> Decimal:
    # By its shortest spelling, as a person reads it: 0.1 is 0.1 and not 0.1000000000000000055.
    return Decimal(repr(float(value))).quantize(_SMALLEST)


def _optional(value: float) -> Decimal | None:
    """A risk, or None where there was no stop or it rounds to nothing."""
    return None if math.isnan(value) else _digit(value) or None


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(int(at_ms) / 1000, UTC)
