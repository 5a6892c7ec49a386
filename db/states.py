"""The closed sets of words that only the database's rows use."""

from enum import StrEnum


class RunState(StrEnum):
    """State of one run of a flow in its slot."""

    CLAIMED = "claimed"
    FINISHED = "finished"
    SKIPPED = "skipped"
    FAILED = "failed"


class TradeStatus(StrEnum):
    """Whether a round trip still holds a position."""

    OPEN = "open"
    CLOSED = "closed"


class ExitReason(StrEnum):
    """What ended a trade. OTHER is an exit we cannot name."""

    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    CLOSED_BY_DESK = "closed_by_desk"
    CLOSED_BY_HAND = "closed_by_hand"
    LIQUIDATION = "liquidation"
    ADL = "adl"
    OTHER = "other"


class Settlement(StrEnum):
    """Who settled a discrepancy: a rule of ours, or a human who took responsibility."""

    RULE = "rule"
    HUMAN = "human"


class LetterState(StrEnum):
    """Whether a message to the owner is still to be delivered."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class CallState(StrEnum):
    """What is known about the cost of a call to a model."""

    RESERVED = "reserved"
    SETTLED = "settled"
    KEPT = "kept"
    """It ended without its usage: the reservation is what it counts, until it is settled."""


class BacktestKind(StrEnum):
    """One run over the past, many with other parameters, or many windows moving forward."""

    SINGLE = "single"
    SWEEP = "sweep"
    WALK_FORWARD = "walk_forward"


class BacktestState(StrEnum):
    """How far a backtest has come. An interrupted one may go on."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class BacktestExit(StrEnum):
    """What ended a trade of a backtest: `trading.backtest.records.ExitReason` in words."""

    OPEN_AT_END = "open_at_end"
    SIGNAL = "signal"
    STOP = "stop"
    TARGET = "target"
    TRAILING = "trailing"
    BREAK_EVEN = "break_even"
    TIME = "time"
    LIQUIDATION = "liquidation"
    REVERSED = "reversed"
    DAILY_LOSS = "daily_loss"
    DRAWDOWN = "drawdown"
