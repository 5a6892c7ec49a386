"""Answers nobody thought of: no crash, and nothing accepted that lies outside the schema."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adapters.answers.reading import read_answer
from adapters.answers.schema import response_schema
from tests.adapters.answers.said import as_text, flat_answer, long_answer, put, reply, view
from trading.analysis import Action
from trading.failures import Failure
from trading.grounding import Grounded, ground
from trading.model_answer import ModelAnswer
from trading.snapshot_facts import FACT_NAMES

fuzzed = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], database=None
)
SCHEMA = Draft202012Validator(response_schema())
VIEW = view()
VALID = (as_text(long_answer()), as_text(flat_answer()))

PLACES = [
    *long_answer(),
    *(f"{name}/{key}" for name in ("chart_readback", "levels", "entry", "probabilities")
      for key in long_answer()[name]),
    *(f"{name}/0/{key}" for name in ("patterns", "evidence") for key in long_answer()[name][0]),
    "levels/support/0",
]  # fmt: skip

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["LONG", "FLAT", "LIMIT", "NONE", "no_setup", "last", "40000", "NaN"])
    | st.sampled_from([0, 1, 50, 99, 100, 39801, 40000, 40001, 40401, 1e308])
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def _accepted(text: str) -> ModelAnswer | None:
    """The answer if it was read as one; either way nothing was raised, up to the verdict."""
    answers = [read_answer(reply(text), strict=strict) for strict in (True, False)]
    for answer in answers:
        if isinstance(answer, ModelAnswer):
            _require_inside(answer)
            assert isinstance(ground(answer, VIEW), Failure | Grounded)
    strictly, leniently = answers
    assert isinstance(strictly, Failure) or strictly == leniently
    return None if isinstance(leniently, Failure) else leniently


def _require_inside(answer: ModelAnswer) -> None:
    """The ranges the schema's descriptions tell, checked anew."""
    prices = (
        answer.readback.visible_high, answer.readback.visible_low, *answer.support,
        *answer.resistance, answer.entry_price, answer.stop_loss, answer.take_profit,
    )  # fmt: skip
    assert all(price is None or 0 < price < 10**12 for price in prices)
    assert 1 <= answer.p_up <= 99
    assert type(answer.p_up) is int
    assert answer.horizon_bars is None or 4 <= answer.horizon_bars <= 48
    assert len(answer.patterns) <= 3
    assert 2 <= len(answer.evidence) <= 6
    assert max(len(answer.support), len(answer.resistance)) <= 3
    assert all(item.field in FACT_NAMES for item in answer.evidence)
    assert all((answer.bull_case, answer.bear_case, answer.invalidation))
    assert (answer.flat_reason is None) is (answer.action is not Action.FLAT)
    for text in (answer.summary, answer.bull_case, *(item.claim for item in answer.evidence)):
        assert len(text.encode()) <= 2000
        assert "\x00" not in text


@fuzzed
@given(st.binary(max_size=300))
def test_no_bytes_crash_it(raw: bytes) -> None:
    assert _accepted(raw.decode(errors="surrogateescape")) is None


@fuzzed
@given(st.text(max_size=200, alphabet='{}[]":,0123456789.eE+-_~%\\ \n\ufeff\uff1a\u3010tNafn'))
def test_no_text_of_json_characters_crashes_it(text: str) -> None:
    assert _accepted(text) is None


@fuzzed
@given(json_values)
def test_no_other_json_is_an_answer(value: Any) -> None:
    assert _accepted(json.dumps(value)) is None


@fuzzed
@given(st.sampled_from(VALID), st.sampled_from(PLACES), json_values)
def test_an_answer_with_one_other_value_is_refused_or_inside_the_schema(
    text: str, place: str, value: Any
) -> None:
    document = json.loads(text)
    try:
        changed = put(place, value, document)
    except TypeError:  # the place is inside what is null in a FLAT answer
        changed = document | {place: value}
    accepted = _accepted(json.dumps(changed))
    if accepted is not None:
        SCHEMA.validate(changed)


@fuzzed
@given(
    st.sampled_from(VALID),
    st.integers(0, 1400),
    st.integers(0, 12),
    st.text(max_size=6) | st.sampled_from([",", '"', "}", "{", "[", "1", "-", "e9", ".", "null"]),
)
def test_an_answer_with_other_characters_is_refused_or_inside_the_schema(
    text: str, place: int, removed: int, inserted: str
) -> None:
    mutated = text[:place] + inserted + text[place + removed :]
    accepted = _accepted(mutated)
    if accepted is not None and mutated.lstrip().startswith("{"):
        SCHEMA.validate(json.loads(mutated.translate(dict.fromkeys((0xFEFF, 0x200B)))))
