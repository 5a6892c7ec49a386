"""Why a trade is refused, as small numbers that a compiled loop can count."""

from typing import Final

from trading.reasons import Reason

PASSES: Final = 0
DAILY_LOSS: Final = 1
DRAWDOWN: Final = 2
SPREAD: Final = 3
REWARD_RISK: Final = 4
FUNDING_SOON: Final = 5
FUNDING_COST: Final = 6
VOLATILITY: Final = 7
STOP_TOO_NEAR: Final = 8
COOLDOWN: Final = 9
STOP_GUARD: Final = 10
LOSING_SYMBOL: Final = 11
POSITION_OPEN: Final = 12
MAX_POSITIONS: Final = 13
ENTRIES_PER_DAY: Final = 14
SYMBOL_EXPOSURE: Final = 15
TOTAL_EXPOSURE: Final = 16
GROUP_EXPOSURE: Final = 17
LEVERAGE: Final = 18
AVAILABLE_BALANCE: Final = 19
MINIMUM_QUANTITY: Final = 20
MINIMUM_NOTIONAL: Final = 21
STOP_SIDE: Final = 22
STOP_DISTANCE: Final = 23
TARGET_DISTANCE: Final = 24
SPIKE: Final = 25

REASONS: Final[tuple[Reason | None, ...]] = (
    None,
    Reason.RISK_DAILY_LOSS,
    Reason.RISK_DRAWDOWN,
    Reason.RISK_SPREAD,
    Reason.RISK_REWARD_RISK,
    Reason.RISK_FUNDING_SOON,
    Reason.RISK_FUNDING_COST,
    Reason.RISK_VOLATILITY,
    Reason.RISK_STOP_TOO_NEAR,
    Reason.RISK_COOLDOWN,
    Reason.RISK_STOP_GUARD,
    Reason.RISK_LOSING_SYMBOL,
    Reason.RISK_POSITION_OPEN,
    Reason.RISK_MAX_POSITIONS,
    Reason.RISK_ENTRIES_PER_DAY,
    Reason.RISK_SYMBOL_EXPOSURE,
    Reason.RISK_TOTAL_EXPOSURE,
    Reason.RISK_GROUP_EXPOSURE,
    Reason.RISK_LEVERAGE,
    Reason.RISK_AVAILABLE_BALANCE,
    Reason.RISK_MINIMUM_QUANTITY,
    Reason.RISK_MINIMUM_NOTIONAL,
    Reason.SIGNAL_STOP_SIDE,
    Reason.SIGNAL_STOP_DISTANCE,
    Reason.SIGNAL_TARGET_DISTANCE,
    Reason.DATA_SPIKE,
)
"""The reason of each code; the place in the table is the code, None for a trade that passes."""

COUNT: Final = len(REASONS)
"""How many codes there are: the length of an array that counts refusals."""
