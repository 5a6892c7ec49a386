"""The JSON schema a model must answer with: `analysis.v1`.

Written in the subset every provider's strict mode has: all keys required, null instead of absent,
no other keys, no keywords for sizes or lengths (they stand in descriptions and are enforced when
the answer is read). The order is the order of generation: what it sees, evidence, then a decision.
"""

from collections.abc import Iterable

from adapters.answers import limits, words
from trading.analysis import LONGEST_HORIZON_BARS, SHORTEST_HORIZON_BARS
from trading.canonical import Json
from trading.model_answer import ANSWER_VERSION
from trading.snapshot_facts import FACT_NAMES

_Schema = dict[str, Json]


def response_schema() -> Json:
    """The schema of one answer, made anew so that no caller can change another's."""
    return _object(_seen() | _argued() | _decided())


def _seen() -> _Schema:
    price = "as read off the price axis, USDT"
    return {
        "schema_version": _one_of([ANSWER_VERSION], "The version of this schema."),
        "chart_code": _text(
            "The code printed in a corner of the picture; an empty text without a picture."
        ),
        "chart_readback": _object(
            {
                "last_candle": _one_of(words.MOVES, "How the last candle moved."),
                "visible_high": _number(f"Highest price shown, {price}."),
                "visible_low": _number(f"Lowest price shown, {price}."),
            }
        ),
        "regime": _one_of(words.REGIMES, "What kind of market this is."),
        "patterns": _list(_pattern(), f"At most {limits.MOST_PATTERNS}; may be empty."),
        "levels": _object({"support": _levels("below"), "resistance": _levels("above")}),
    }


def _pattern() -> _Schema:
    return _object(
        {
            "name": _one_of(words.PATTERNS, "The pattern."),
            "stage": _one_of(words.STAGES, "How far it has come."),
            "bias": _one_of(words.BIASES, "Which side it speaks for."),
            "note": _text("What is to be seen.", limits.LONGEST_NOTE),
        }
    )


def _levels(side: str) -> _Schema:
    return _list(
        _number("USDT, above 0."), f"At most {limits.MOST_LEVELS} prices {side} the market."
    )


def _argued() -> _Schema:
    count = f"{limits.LEAST_EVIDENCE} to {limits.MOST_EVIDENCE}"
    return {
        "evidence": _list(_evidence(), f"{count} observations."),
        "bull_case": _text("The best case for a long.", limits.LONGEST_CASE),
        "bear_case": _text("The best case for a short.", limits.LONGEST_CASE),
        "invalidation": _text("What would prove this reading wrong.", limits.LONGEST_CASE),
    }


def _evidence() -> _Schema:
    value = "The fact's value exactly as given; null for what only the picture shows."
    return _object(
        {
            "claim": _text("What is observed.", limits.LONGEST_CLAIM),
            "field": _one_of(FACT_NAMES, "The given fact it rests on."),
            "value": _or_null(_number(value)),
            "supports": _one_of(words.BIASES, "Which side it speaks for."),
        }
    )


def _decided() -> _Schema:
    bars = f"{SHORTEST_HORIZON_BARS} to {LONGEST_HORIZON_BARS}"
    return {
        "p_up": _integer(
            "Percent chance, 1 to 99, that the close after the horizon is above the last close; "
            "stated for every action."
        ),
        "action": _one_of(words.ACTIONS, "What to do now, of the actions allowed."),
        "entry": _object(
            {
                "type": _one_of(words.ENTRY_TYPES, "NONE for FLAT."),
                "price": _or_null(_number("USDT; null unless LIMIT.")),
            }
        ),
        "stop_loss": _or_null(_number("USDT; null for FLAT.")),
        "take_profit": _or_null(_number("USDT; null for FLAT.")),
        "horizon_bars": _or_null(_integer(f"{bars} bars; null for FLAT.")),
        "probabilities": _or_null(_probabilities()),
        "flat_reason": _or_null(_one_of(words.FLAT_REASONS, "Null unless FLAT.")),
        "summary": _text("The decision in plain words.", limits.LONGEST_SUMMARY),
    }


def _probabilities() -> _Schema:
    given = "given a fill, within the horizon; the three sum to 100"
    return _object(
        {
            "tp_first": _integer(f"Percent chance that the target is met first, {given}."),
            "sl_first": _integer(f"Percent chance that the stop is met first, {given}."),
            "neither": _integer(f"Percent chance that neither is met, {given}."),
        }
    )


def _object(members: _Schema) -> _Schema:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _list(items: _Schema, description: str) -> _Schema:
    return {"type": "array", "items": items, "description": description}


def _one_of(allowed: Iterable[str], description: str) -> _Schema:
    return {"type": "string", "enum": list(allowed), "description": description}


def _text(description: str, longest: int | None = None) -> _Schema:
    limit = "" if longest is None else f" At most {longest} characters."
    return {"type": "string", "description": f"{description}{limit}"}


def _number(description: str) -> _Schema:
    return {"type": "number", "description": description}


def _integer(description: str) -> _Schema:
    return {"type": "integer", "description": description}


def _or_null(schema: _Schema) -> _Schema:
    return {"anyOf": [schema, {"type": "null"}]}
