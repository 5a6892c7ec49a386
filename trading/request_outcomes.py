"""What an answer of the exchange is to the caller, whatever code or status carried it."""

from enum import StrEnum


class OutcomeClass(StrEnum):
    """Classes of bybit_v5.md §2.7, in our words.

    MONEY_SHORT, NOT_OPEN and SILENCED are refusals of a special kind: the balance is too small;
    what was to be changed or reduced is not open any more; this address may send nothing for ten
    minutes, which passes by itself.
    """

    ACCEPTED = "accepted"
    ALREADY_SO = "already_so"
    REFUSED = "refused"
    MONEY_SHORT = "money_short"
    NOT_OPEN = "not_open"
    DUPLICATE = "duplicate"
    HALTED = "halted"
    SILENCED = "silenced"
    RETRYABLE = "retryable"
    UNKNOWN = "unknown"
