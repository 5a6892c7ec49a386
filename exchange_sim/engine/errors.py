"""What the venue refuses, by code and text.

EngineError
|-- VenueError      a command was refused: carries the retCode and retMsg Bybit would answer
`-- JournalError    the journal cannot be used: damaged, foreign, or held by another process
"""

from enum import IntEnum


class RetCode(IntEnum):
    """The retCodes the engine answers with (Bybit V5 docs, "Error Codes", 2026-07-24)."""

    PARAMETER = 10001
    SERVER_ERROR = 10016
    ORDER_NOT_FOUND = 110001
    INSUFFICIENT_BALANCE = 110007
    TOO_MANY_CONDITIONAL = 110009
    LEVERAGE_TOO_HIGH = 110013
    REDUCE_ONLY = 110017
    TOO_MANY_ACTIVE = 110020
    ONLY_REDUCING = 110023
    POSITION_EXISTS = 110024
    MODE_NOT_MODIFIED = 110025
    ORDERS_EXIST = 110028
    LEVERAGE_NOT_MODIFIED = 110043
    MARGIN_INSUFFICIENT = 110044
    TOO_MANY_PARTIAL_STOPS = 110061
    BELOW_FILLED = 110064
    DUPLICATE_LINK_ID = 110072
    NOT_TRADING = 110074
    RISK_LIMIT = 110090
    EXPECT_RISING = 110092
    EXPECT_FALLING = 110093
    BELOW_MIN_NOTIONAL = 110094
    SLIPPAGE_KIND = 110108
    SLIPPAGE_RANGE = 110109
    WITHDRAW_TOO_LARGE = 131001
    STOPS_NOT_MODIFIED = 34040


class EngineError(Exception):
    """Base of everything the engine raises."""


class VenueError(EngineError):
    """A command was refused and nothing was changed; answer with this code and text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{int(code)}: {message}")
        self.code = int(code)
        self.message = message


class JournalError(EngineError):
    """The journal cannot be read, written or locked; the message says what to do."""


def invalid(message: str) -> VenueError:
    """The refusal of a request whose parameters are wrong (10001)."""
    return VenueError(RetCode.PARAMETER, message)
