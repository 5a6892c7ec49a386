"""A key changes with everything that could change the answer, and holds no secret."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from trading.cache_keys import CallOptions, Question, cache_key
from trading.errors import InvariantError

OPTIONS = CallOptions(
    max_output_tokens=2_000,
    temperature=Decimal("0.2"),
    effort="low",
    verbosity="low",
    seed=7,
    detail="high",
)
QUESTION = Question(
    provider="openai",
    host="api.openai.com",
    model="gpt-5",
    api="responses",
    mode="json_schema one_step instructions max_output_tokens",
    options=OPTIONS,
    prompt_fingerprint="ab" * 32,
    system="You read charts.",
    user="BTCUSDT, 1h",
    images=("cd" * 32, "ef" * 32),
    schema_version="analysis.v1",
)
OTHER = {
    "provider": "local",
    "host": "127.0.0.1:11434",
    "model": "gpt-5-mini",
    "api": "chat",
    "mode": "json_schema two_steps.v1 instructions max_output_tokens",
    "prompt_fingerprint": "ac" * 32,
    "system": "You read charts!",
    "user": "ETHUSDT, 1h",
    "images": ("ef" * 32, "cd" * 32),
    "schema_version": "analysis.v2",
    "sample": 1,
}
OTHER_OPTIONS = {
    "max_output_tokens": 4_000,
    "temperature": None,
    "effort": "high",
    "verbosity": None,
    "seed": 8,
    "detail": "low",
}


def test_every_part_has_a_case() -> None:
    assert {field.name for field in fields(Question)} == {*OTHER, "options"}
    assert {field.name for field in fields(CallOptions)} == set(OTHER_OPTIONS)


def test_each_part_changes_the_key_and_no_two_in_the_same_way() -> None:
    changed = [replace(QUESTION, **{name: value}) for name, value in OTHER.items()]
    changed += [
        replace(QUESTION, options=replace(OPTIONS, **{name: value}))
        for name, value in OTHER_OPTIONS.items()
    ]
    keys = [cache_key(one) for one in (QUESTION, *changed)]
    assert len(set(keys)) == len(OTHER) + len(OTHER_OPTIONS) + 1


def test_equal_questions_have_one_key() -> None:
    same = replace(QUESTION, options=replace(OPTIONS, temperature=Decimal("0.200")))
    assert cache_key(same) == cache_key(QUESTION)


def test_a_key_of_today_is_found_by_the_program_of_tomorrow() -> None:
    """Pinned: if this changes, no stored answer is found any more."""
    pinned = "c727defd23fe9ad403ee6f64ef18cb1a1b9ad8567afc4304bf255680c290cff1"
    assert cache_key(QUESTION) == pinned


def test_texts_that_run_into_each_other_have_keys_of_their_own() -> None:
    first = replace(QUESTION, system="ab", user="c")
    second = replace(QUESTION, system="a", user="bc")
    assert cache_key(first) != cache_key(second)


def test_half_a_surrogate_pair_in_a_text_has_a_key() -> None:
    assert cache_key(replace(QUESTION, user="\ud800")) != cache_key(replace(QUESTION, user="?"))


def test_what_is_stored_holds_no_text_of_the_question() -> None:
    stored = QUESTION.to_json()
    assert set(stored) == {field.name for field in fields(Question)}
    assert stored["options"] == {
        "max_output_tokens": 2_000,
        "temperature": "0.2",
        "effort": "low",
        "verbosity": "low",
        "seed": 7,
        "detail": "high",
    }
    assert "charts" not in str(stored)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host": "https://user:sk-secret@proxy/v1"}, "not a bare name and port"),
        ({"host": ""}, "not a bare name and port"),
        ({"model": ""}, "without its model"),
        ({"mode": ""}, "without its mode"),
        ({"images": ("short",)}, "64 hexadecimal digits"),
        ({"sample": -1}, "samples count from 0"),
    ],
)
def test_an_impossible_question_is_refused_without_its_secrets(
    changed: dict[str, str], said: str
) -> None:
    with pytest.raises(InvariantError, match=said) as refused:
        replace(QUESTION, **changed)  # type: ignore[arg-type]
    assert "sk-secret" not in str(refused.value)
