"""JSON objects that are not the schema's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.adapters.answers.said import (
    as_text,
    drop,
    flat_answer,
    long_answer,
    put,
    put_raw,
    reply,
    view,
)
from tests.bad_input.hostile_answers_parts import VALID, Hostile, hostile_text
from trading.analysis import Action
from trading.failures import FailureCode


def objects() -> Iterator[Hostile]:
    """JSON objects that are not the schema's."""
    yield from _missing_keys()
    yield from _strange_keys()
    yield from _strange_words()
    yield from _wrong_types()
    yield from _wrong_sizes()
    yield from _unfit_text()
    yield from _huge()
    yield from _at_odds()


def _places(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every place in the document with its value."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        place = f"{path}/{key}" if path else str(key)
        yield place, value
        if isinstance(value, dict | list):
            yield from _places(value, place)


def _missing_keys() -> Iterator[Hostile]:
    for place, _ in _places(long_answer()):
        if not place[-1].isdigit():
            yield hostile_text(f"without {place}", as_text(drop(place)), FailureCode.SCHEMA)


def _strange_keys() -> Iterator[Hostile]:
    objects = ["", *(place for place, value in _places(long_answer()) if isinstance(value, dict))]
    for place in objects:
        key = f"{place}/size" if place else "size"
        yield hostile_text(f"with {key}", as_text(put(key, 1_000_000)), FailureCode.SCHEMA)
    for key in ("confidence", "quantity", "leverage", "symbol", "__proto__", "Action", "a/~b"):
        text = as_text(long_answer(**{key: 1}))
        yield hostile_text(f"with key {key}", text, FailureCode.SCHEMA)
    wide = VALID.replace('"action"', '"\uff41ction"')
    yield hostile_text("a full-width key", wide, FailureCode.SCHEMA)
    yield hostile_text("a broken key", VALID.replace('"action"', '"\\ud800"'), FailureCode.SCHEMA)
    for key in ("action", "stop_loss", "p_up"):
        again = VALID[:-1] + f', "{key}": {json.dumps(long_answer()[key])}}}'
        yield hostile_text(f"{key} twice", again, FailureCode.SCHEMA)
    inner = VALID.replace('"price": null', '"price": null, "price": 40000')
    yield hostile_text("a key twice inside", inner, FailureCode.SCHEMA)


def _strange_words() -> Iterator[Hostile]:
    strange = {
        "schema_version": ("analysis.v2", "", "ANALYSIS.V1"),
        "chart_readback/last_candle": ("bullish", "UP"),
        "regime": ("bull", "TREND_UP", "trend-up"),
        "patterns/0/name": ("cup_and_handle", "BULL_FLAG"),
        "patterns/0/stage": ("done",),
        "patterns/0/bias": ("bullish",),
        "evidence/0/field": ("ema_21", "price", "__class__"),
        "evidence/0/supports": ("up",),
        "action": (
            "BUY",
            "long",
            "HOLD",
            "CLOSE",
            "LONG ",
            "\uff2c\uff2f\uff2e\uff27",
            "L\u041eNG",
        ),
        "entry/type": ("market", "STOP", "IOC"),
        "flat_reason": ("because", "low_reward_risk"),
    }
    for place, words in strange.items():
        for word in words:
            text = as_text(put(place, word))
            yield hostile_text(f"{place} is {word!a}", text, FailureCode.SCHEMA)


NULLABLE = {f"evidence/{number}/value" for number in range(3)} | {
    "entry/price",
    "flat_reason",
    "stop_loss",
    "take_profit",
}


def _wrong_types() -> Iterator[Hostile]:
    for place, value in _places(long_answer()):
        if place not in NULLABLE:
            yield hostile_text(f"{place} is null", as_text(put(place, None)), FailureCode.SCHEMA)
        other = {"not": "this"} if isinstance(value, str | list) else ["not this"]
        yield hostile_text(
            f"{place} is another type", as_text(put(place, other)), FailureCode.SCHEMA
        )
        yield hostile_text(f"{place} is true", as_text(put(place, True)), FailureCode.SCHEMA)
    for name, text in (("a word", '"LONG"'), ("a number", "40000"), ("null", "null")):
        yield hostile_text(f"nothing but {name}", text, FailureCode.SCHEMA)


def _wrong_sizes() -> Iterator[Hostile]:
    pattern, item = long_answer()["patterns"][0], long_answer()["evidence"][0]
    sizes: dict[str, Any] = {
        "chart_code": "A" * 17,
        "patterns": [pattern] * 4,
        "patterns/0/note": "n" * 161,
        "levels/support": [39950] * 4,
        "levels/resistance": [40050] * 1000,
        "evidence": [item] * 7,
        "evidence/0/claim": "c" * 201,
        "bull_case": "b" * 401,
        "bear_case": "",
        "invalidation": "",
        "summary": "s" * 501,
    }
    for place, value in sizes.items():
        text = as_text(put(place, value))
        yield hostile_text(f"{place} of {len(value)}", text, FailureCode.SCHEMA)
    for count in (0, 1):
        text = as_text(put("evidence", [item] * count))
        yield hostile_text(f"evidence of {count}", text, FailureCode.SCHEMA)


def _unfit_text() -> Iterator[Hostile]:
    for name, escape in (
        ("NUL", "\\u0000"),
        ("escape", "\\u001b[2J"),
        ("half a surrogate", "\\ud800"),
        ("surrogates the wrong way round", "\\udc00\\ud800"),
        ("right-to-left override", "\\u202e"),
        ("isolate", "\\u2066"),
    ):
        text = VALID.replace("breaks up", f"breaks {escape}")
        yield hostile_text(f"{name} in a text", text, FailureCode.SCHEMA)
    raw = b"\xff".decode(errors="surrogateescape")
    yield hostile_text(
        "a raw byte in a text", VALID.replace("breaks up", f"breaks {raw}"), FailureCode.SCHEMA
    )


def _huge() -> Iterator[Hostile]:
    texts = {
        "5 MB of text": VALID.replace("breaks up", "x" * 5_000_000),
        "over 1 MB of white space": VALID + " " * 1_000_000,
        "over 1 MB in bytes": VALID.replace("breaks up", "\u3042" * 350_000),
        "arrays 100,000 deep": "[" * 100_000 + "]" * 100_000,
        "objects 50,000 deep": '{"a":' * 50_000 + "1" + "}" * 50_000,
        "objects 100 deep": put_raw("summary", '{"a":' * 100 + "1" + "}" * 100),
        "arrays 300,000 deep without end": "[" * 300_000,
        "half a MB of levels": as_text(put("levels/support", [40000] * 70_000)),
        "10,000 strange keys": as_text(long_answer(**{f"k{n}": n for n in range(10_000)})),
    }
    for name, text in texts.items():
        yield hostile_text(name, text, FailureCode.SCHEMA)


def _at_odds() -> Iterator[Hostile]:
    documents = {
        "FLAT without a reason": flat_answer(flat_reason=None),
        "LONG with a flat reason": long_answer(flat_reason="conflict"),
        "LONG without a horizon": long_answer(horizon_bars=None),
        "LONG without probabilities": long_answer(probabilities=None),
    }
    for name, document in documents.items():
        yield hostile_text(name, as_text(document), FailureCode.SCHEMA)
    only_flat = replace(view().snapshot, allowed_actions=(Action.FLAT,))
    position = view(snapshot=only_flat)
    yield Hostile("LONG over a position", reply(VALID), FailureCode.SCHEMA, view=position)
