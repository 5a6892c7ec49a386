"""The brakes of the whole account: what stops entries, and what becomes of open positions then."""

from enum import StrEnum


class BrakeKind(StrEnum):
    """What pulled a brake. Every one of them holds until a human resumes."""

    MANUAL = "manual"
    DAILY_LOSS = "daily_loss"
    DRAWDOWN = "drawdown"
    EXCHANGE = "exchange"
    POSITION_MODE = "position_mode"


class TripPolicy(StrEnum):
    """What a tripped brake does with open positions; entry orders are cancelled by all three."""

    KEEP = "keep"
    REDUCE = "reduce"
    FLATTEN = "flatten"
