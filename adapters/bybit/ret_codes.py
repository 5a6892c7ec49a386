"""What each answer code of Bybit means for the caller: one table, one place.

Source: docs "Error Codes" (snapshot 2026-07-24) and bybit_v5.md §1.1 and §2.7. Codes decide, texts
never do: texts differ between servers and releases.

A code that is not in the table is `OUTCOME_UNKNOWN`. Most unlisted codes are refusals, but taking
one for a refusal could leave an order nobody watches; taking a refusal for unknown only costs
a look-up by link id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from trading.request_outcomes import OutcomeClass


class Verdict(StrEnum):
    """What the caller may do after an answer."""

    ACCEPTED = "accepted"
    ALREADY_SO = "already_so"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    HALTED = "halted"
    RETRYABLE = "retryable"
    OUTCOME_UNKNOWN = "outcome_unknown"


_USUALLY = {
    Verdict.ACCEPTED: OutcomeClass.ACCEPTED,
    Verdict.ALREADY_SO: OutcomeClass.ALREADY_SO,
    Verdict.REFUSED: OutcomeClass.REFUSED,
    Verdict.DUPLICATE: OutcomeClass.DUPLICATE,
    Verdict.HALTED: OutcomeClass.HALTED,
    Verdict.RETRYABLE: OutcomeClass.RETRYABLE,
    Verdict.OUTCOME_UNKNOWN: OutcomeClass.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The verdict on a code and what the code says, in our words.

    `special` is the class of answer where the verdict's usual one says too little.
    """

    verdict: Verdict
    text: str
    special: OutcomeClass | None = None

    @property
    def outcome(self) -> OutcomeClass:
        """What the answer is to the caller; the desk's table of reactions goes by it."""
        return self.special or _USUALLY[self.verdict]


INVALID_PARAMETERS = 10001
CLOCK_OUTSIDE_WINDOW = 10002
RATE_LIMITED = 10006
DUPLICATE_LINK_ID = 110072
LEVERAGE_UNCHANGED = 110043
PROTECTION_UNCHANGED = 34040

_ALREADY_SO = {
    PROTECTION_UNCHANGED: "stop and target already stand like this, or none was given",
    110025: "position mode is already this",
    110026: "margin mode is already this",
    110027: "margin is already this",
    LEVERAGE_UNCHANGED: "leverage is already this",
}

_DUPLICATE = {
    10014: "the same request was received before",
    DUPLICATE_LINK_ID: "an order with this link id exists",
    170141: "an order with this link id exists (spot)",
}

_RETRYABLE = {
    -1: "request expired before it was read",
    429: "trading service under high load",
    CLOCK_OUTSIDE_WINDOW: "our clock is too far from the exchange's: set this machine's by NTP",
    RATE_LIMITED: "rate limit of the account",
    10018: "rate limit of the address",
    10019: "service restarting, no new requests",
    10403: "rate limit of the address (trade socket)",
    10429: "system frequency protection",
    20003: "too many requests in this session",
    30034: "too many requests in this session",
    30035: "too fast, try later",
    110063: "settlement in progress",
    110079: "the order is being processed",
}

_OUTCOME_UNKNOWN = {
    10000: "server time-out",
    10016: "server error: the exchange's log or status page says more",
    40004: "the order changed while it was being amended",
    170007: "time-out of the backend",
    170146: "creation of the order timed out",
    170147: "cancellation of the order timed out",
}

_HALTED = {
    10003: "API key is unknown here: correct AUTOTRADER_EXCHANGE_API_KEY or _ENVIRONMENT",
    10004: "signature is wrong: correct AUTOTRADER_EXCHANGE_API_SECRET",
    10005: "API key lacks the permission",
    10007: "user authentication failed",
    10008: "account is banned",
    10009: "service is not available in this region",
    10010: "address is not bound to the API key",
    10024: "compliance rules stop this account",
    10027: "trading is banned for this account",
    10028: "account is not a unified trading account",
    33004: "API key has expired",
    -2015: "API key has expired",
    110066: "trading is currently not allowed",
    110123: "the account must accept the trading terms",
    110124: "trading is restricted by a cooling-off period",
    110125: "the account must accept the terms of this contract",
    110132: "product is not available in this region",
}

_MONEY_SHORT = {
    110004: "wallet balance is too small",
    110006: "assets cannot cover the position margin",
    110007: "available balance is too small",
    110012: "available balance is too small",
    110014: "available balance is too small to add margin",
    110039: "maintenance margin rate too high",
    110040: "the order would trigger a liquidation",
    110044: "available margin is too small",
    110045: "wallet balance is too small",
    110046: "the change would trigger a liquidation",
    110051: "balance cannot cover the lowest price",
    110052: "balance cannot cover this price",
    110053: "balance cannot cover the market price and limit",
}

ORDER_NOT_OPEN: Mapping[int, str] = MappingProxyType(
    {
        110001: "no such open order",
        110008: "the order is already filled or cancelled",
        110010: "the order is already cancelled",
    }
)

_NOTHING_TO_REDUCE = {110017: "reduce-only without a position to reduce"}

_REFUSED = {
    INVALID_PARAMETERS: "a parameter is invalid",
    10017: "route not found",
    10029: "symbol is not on the key's whitelist",
    30208: "price above the highest allowed",
    30209: "price below the lowest allowed",
    30228: "symbol is being delisted, no new positions",
    110003: "price outside the allowed range",
    110005: "position status does not allow it",
    110009: "too many conditional orders",
    110011: "the change would trigger a liquidation",
    110013: "leverage above the risk limit",
    110020: "more than 500 active orders",
    110021: "open-interest limit of the symbol",
    110022: "quantity may not be raised",
    110023: "symbol can only be reduced",
    110024: "position open, position mode cannot change",
    110028: "orders open, position mode cannot change",
    110029: "hedge mode is not offered for the symbol",
    110042: "symbol can only be reduced before delivery",
    110058: "position too small for stop or target",
    110059: "stop and target of a partly filled order cannot change",
    110060: "full protection cannot be changed this way",
    110061: "more than 20 partial stops",
    110064: "new quantity is not above the filled quantity",
    110074: "contract is not live",
    110085: "risk limit changed, choose a supported one",
    110086: "leverage above the tier of this order",
    110087: "leverage above the institutional limit",
    110088: "account must be upgraded",
    110089: "highest risk limit exceeded",
    110090: "position too large for this leverage",
    110092: "trigger price is not above the current price",
    110093: "trigger price is not below the current price",
    110094: "order value below the minimum",
    110108: "slippage tolerance outside 1 to 10000 ticks",
    110109: "slippage tolerance outside 0.01 % to 10 %",
    110118: "no price for a market order, too little liquidity",
    110120: "price below the price limit",
    110121: "price above the price limit",
}

_GROUPS = (
    (Verdict.ACCEPTED, {0: "accepted"}),
    (Verdict.ALREADY_SO, _ALREADY_SO),
    (Verdict.DUPLICATE, _DUPLICATE),
    (Verdict.RETRYABLE, _RETRYABLE),
    (Verdict.OUTCOME_UNKNOWN, _OUTCOME_UNKNOWN),
    (Verdict.HALTED, _HALTED),
    (Verdict.REFUSED, _MONEY_SHORT),
    (Verdict.REFUSED, ORDER_NOT_OPEN),
    (Verdict.REFUSED, _NOTHING_TO_REDUCE),
    (Verdict.REFUSED, _REFUSED),
)

_SPECIAL = dict.fromkeys(_MONEY_SHORT, OutcomeClass.MONEY_SHORT) | dict.fromkeys(
    [*ORDER_NOT_OPEN, *_NOTHING_TO_REDUCE], OutcomeClass.NOT_OPEN
)

RET_CODES: Mapping[int, Meaning] = MappingProxyType(
    {
        code: Meaning(verdict, text, _SPECIAL.get(code))
        for verdict, codes in _GROUPS
        for code, text in codes.items()
    }
)

HTTP_STATUSES: Mapping[int, Meaning] = MappingProxyType(
    {
        400: Meaning(Verdict.REFUSED, "bad request"),
        401: Meaning(Verdict.HALTED, "authentication missing or wrong"),
        403: Meaning(
            Verdict.HALTED,
            "address rate limit or region: send nothing for ten minutes",
            OutcomeClass.SILENCED,
        ),
        404: Meaning(Verdict.REFUSED, "no such path, or wrong account mode"),
        405: Meaning(Verdict.REFUSED, "method not allowed"),
        429: Meaning(Verdict.RETRYABLE, "system frequency protection"),
    }
)

_UNLISTED_CODE = Meaning(Verdict.OUTCOME_UNKNOWN, "a code this desk does not know")
_UNLISTED_STATUS = Meaning(Verdict.OUTCOME_UNKNOWN, "the gateway gave no answer")
_REDIRECT = Meaning(Verdict.REFUSED, "a redirect, which is never followed: check the base URL")


def meaning_of_code(code: int) -> Meaning:
    """What a retCode says; an unlisted one is OUTCOME_UNKNOWN."""
    return RET_CODES.get(code, _UNLISTED_CODE)


def meaning_of_status(status: int) -> Meaning:
    """What an HTTP status other than 200 says; 5xx and unlisted ones are OUTCOME_UNKNOWN."""
    if 300 <= status < 400:
        return _REDIRECT
    return HTTP_STATUSES.get(status, _UNLISTED_STATUS)
