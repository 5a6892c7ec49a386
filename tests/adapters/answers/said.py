"""One valid answer about the market at 40000, and replies that carry it or what became of it."""

import copy
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.trading import builders
from trading.grounding import GroundingRules, GroundingView
from trading.replies import FinishState, ModelReply

CODE = "K7QD"
Document = dict[str, Any]

_RAW = "@raw@"


def long_answer(**changes: Any) -> Document:
    """A long from 40001 with stop 39801 and target 40401, about `snapshot_at_40000`."""
    document: Document = {
        "schema_version": "analysis.v1",
        "chart_code": CODE,
        "chart_readback": {"last_candle": "flat", "visible_high": 40050, "visible_low": 39950},
        "regime": "range",
        "patterns": [
            {"name": "bull_flag", "stage": "forming", "bias": "long", "note": "tight range"}
        ],
        "levels": {"support": [39950.5], "resistance": [40050, 40400]},
        "evidence": [
            {"claim": "price sits on the mean", "field": "ema_20", "value": 40000,
             "supports": "neutral"},
            {"claim": "calm", "field": "high", "value": 40050.0, "supports": "long"},
            {"claim": "the picture shows a flag", "field": "last", "value": None,
             "supports": "long"},
        ],
        "bull_case": "the range breaks up",
        "bear_case": "the range breaks down",
        "invalidation": "a close below 39900",
        "p_up": 55,
        "action": "LONG",
        "entry": {"type": "MARKET", "price": None},
        "stop_loss": 39801,
        "take_profit": 40401,
        "horizon_bars": 24,
        "probabilities": {"tp_first": 40, "sl_first": 50, "neither": 10},
        "flat_reason": None,
        "summary": "Long the break of a calm range, stop below it.",
    }  # fmt: skip
    return document | changes


def flat_answer(**changes: Any) -> Document:
    """The same eyes, doing nothing."""
    nothing = dict.fromkeys(("stop_loss", "take_profit", "horizon_bars", "probabilities"))
    entry = {"type": "NONE", "price": None}
    flat = {"action": "FLAT", "entry": entry, "flat_reason": "low_rr", **nothing}
    return long_answer(**(flat | changes))


def put(place: str, value: Any, document: Document | None = None) -> Document:
    """The valid answer (or `document`) with `value` at `place`, such as `evidence/0/value`."""
    changed = copy.deepcopy(document or long_answer())
    *path, last = place.split("/")
    parent: Any = changed
    for step in path:
        parent = parent[_key(parent, step)]
    parent[_key(parent, last)] = value
    return changed


def drop(place: str) -> Document:
    """The valid answer without the key at `place`."""
    changed = copy.deepcopy(long_answer())
    parent: Any = changed
    *path, last = place.split("/")
    for step in path:
        parent = parent[_key(parent, step)]
    del parent[last]
    return changed


def put_raw(place: str, spelling: str) -> str:
    """The text of the valid answer with `spelling`, which need not be JSON, at `place`."""
    return json.dumps(put(place, _RAW)).replace(f'"{_RAW}"', spelling)


def as_text(document: Any) -> str:
    return json.dumps(document)


def reply(text: str | None, **changes: Any) -> ModelReply:
    fields: dict[str, Any] = {
        "raw": b"",
        "text": text,
        "refusal": "",
        "finish": FinishState.COMPLETE,
        "usage": None,
        "model": "someone",
        "request_id": "1",
        "latency": timedelta(seconds=1),
    }
    return ModelReply(**(fields | changes))


def view(**changes: Any) -> GroundingView:
    """The market at 40000 with the picture whose code the valid answer names."""
    snapshot = builders.snapshot_at_40000()
    fields: dict[str, Any] = {
        "snapshot": snapshot,
        "chart_code": CODE,
        "drawn_low": Decimal(39_950),
        "drawn_high": Decimal(40_050),
        "answered_at": snapshot.taken_at + timedelta(seconds=5),
        "rules": GroundingRules(),
        "analyst": "someone",
        "version": "v1",
    }
    return GroundingView(**(fields | changes))


def _key(parent: Any, step: str) -> Any:
    return int(step) if isinstance(parent, list) else step
