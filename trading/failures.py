"""The closed list of what can be wrong with an answer, and what is done about each.

Codes of analysis.md §3.5. There is no salvage and no default: an answer is right, is asked for
again at most once, or there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class FailureCode(StrEnum):
    """What is wrong with an answer."""

    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    EMPTY = "empty"
    NOT_JSON = "not_json"
    MULTI_JSON = "multi_json"
    CONFUSABLE = "confusable"
    BAD_NUMBER = "bad_number"
    SCHEMA = "schema"
    VISION_NOT_SEEN = "vision_not_seen"
    READBACK_MISMATCH = "readback_mismatch"
    SYMBOL_MISMATCH = "symbol_mismatch"
    STALE = "stale"
    PRICE_INSANE = "price_insane"
    PROB_INCOHERENT = "prob_incoherent"
    EVIDENCE_FALSE = "evidence_false"
    INJECTION = "injection"


class Remedy(StrEnum):
    """What follows a failure. All but SHADOW end in an abstention if it happens again."""

    ABSTAIN = "abstain"
    REPAIR = "repair"
    """Ask once more with the list of errors."""
    RETRY = "retry"
    """Ask once more, unchanged."""
    RETRY_LONGER = "retry_longer"
    """Ask once more with twice the room for the answer."""
    SHADOW = "shadow"
    """Keep the decision and label it, send nothing."""

    @property
    def asks_again(self) -> bool:
        """Whether the model is asked once more."""
        return self in {Remedy.REPAIR, Remedy.RETRY, Remedy.RETRY_LONGER}


REMEDIES: Mapping[FailureCode, Remedy] = MappingProxyType(
    {
        FailureCode.TRUNCATED: Remedy.RETRY_LONGER,
        FailureCode.REFUSAL: Remedy.ABSTAIN,
        FailureCode.EMPTY: Remedy.RETRY,
        FailureCode.NOT_JSON: Remedy.REPAIR,
        FailureCode.MULTI_JSON: Remedy.REPAIR,
        FailureCode.CONFUSABLE: Remedy.REPAIR,
        FailureCode.BAD_NUMBER: Remedy.REPAIR,
        FailureCode.SCHEMA: Remedy.REPAIR,
        FailureCode.VISION_NOT_SEEN: Remedy.RETRY,
        FailureCode.READBACK_MISMATCH: Remedy.SHADOW,
        FailureCode.SYMBOL_MISMATCH: Remedy.ABSTAIN,
        FailureCode.STALE: Remedy.ABSTAIN,
        FailureCode.PRICE_INSANE: Remedy.ABSTAIN,
        FailureCode.PROB_INCOHERENT: Remedy.SHADOW,
        FailureCode.EVIDENCE_FALSE: Remedy.ABSTAIN,
        FailureCode.INJECTION: Remedy.ABSTAIN,
    }
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with one answer. `problems` are told to the model if it is asked again."""

    code: FailureCode
    detail: str
    problems: tuple[str, ...] = ()

    @property
    def remedy(self) -> Remedy:
        """What follows, the first time it happens."""
        return REMEDIES[self.code]
