"""The words of an answer on the wire, and what each means here."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from trading.analysis import Action, FlatReason, Regime
from trading.model_answer import Bias, EntryType, Move, PatternName, Stage

_Word = TypeVar("_Word", bound=StrEnum)


def _lower(kind: type[_Word]) -> Mapping[str, _Word]:
    return MappingProxyType({word.value: word for word in kind})


def _upper(kind: type[_Word]) -> Mapping[str, _Word]:
    return MappingProxyType({word.name: word for word in kind})


ACTIONS = _upper(Action)
ENTRY_TYPES = _upper(EntryType)
REGIMES = _lower(Regime)
MOVES = _lower(Move)
STAGES = _lower(Stage)
BIASES = _lower(Bias)
PATTERNS = _lower(PatternName)
FLAT_REASONS: Mapping[str, FlatReason] = MappingProxyType(
    {
        "no_setup": FlatReason.NO_SETUP,
        "conflict": FlatReason.CONFLICT,
        "low_rr": FlatReason.LOW_REWARD_RISK,
        "event_risk": FlatReason.EVENT_RISK,
        "data_doubt": FlatReason.DATA_DOUBT,
    }
)
