"""A prompt version is its texts, a number, an author and a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from trading.errors import InvariantError
from trading.prompts import (
    LONGEST_TEMPLATE,
    BadPromptError,
    NewPrompt,
    PromptReference,
    PromptTexts,
    PromptVersion,
    parse_reference,
    prompt_fingerprint,
)

TEXTS = PromptTexts("Judge {{ symbol }}.", "{{ snapshot_table }}")
ASKED: dict[str, Any] = {
    "system_template": "s",
    "user_template": "u",
    "response_schema": {"type": "object"},
    "snapshot_version": "snapshot.v1",
    "renderer": "renderer.v1",
    "image_arm": "ltf",
    "mode": "json_schema one_step",
    "rule_set": "rules.v1",
}


def version(**changes: Any) -> PromptVersion:
    fields: dict[str, Any] = {
        "name": "reader",
        "number": 2,
        "system": TEXTS.system,
        "user": TEXTS.user,
        "author": "anna",
        "note": "calmer",
        "parent": PromptReference("reader", 1),
        "created_at": datetime(2025, 3, 1, tzinfo=UTC),
        "fingerprint": TEXTS.fingerprint,
    }
    return PromptVersion(**(fields | changes))


def test_a_version_knows_its_texts_and_its_reference() -> None:
    assert version().texts == TEXTS
    assert str(version().reference) == "reader@2"


@pytest.mark.parametrize(
    "changes",
    [{"number": 0}, {"system": "Something else"}, {"created_at": datetime(2025, 3, 1)}],  # noqa: DTZ001
)
def test_a_version_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        version(**changes)


def test_the_two_templates_do_not_run_into_each_other() -> None:
    assert PromptTexts("ab", "c").fingerprint != PromptTexts("a", "bc").fingerprint


@pytest.mark.parametrize("part", ASKED)
def test_every_part_of_a_question_changes_its_fingerprint(part: str) -> None:
    changed = prompt_fingerprint(**(ASKED | {part: "something else"}))

    assert len(changed) == 64
    assert changed != prompt_fingerprint(**ASKED)


def test_the_order_of_keys_in_the_schema_does_not_change_the_fingerprint() -> None:
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert prompt_fingerprint(**(ASKED | {"response_schema": one})) == prompt_fingerprint(
        **(ASKED | {"response_schema": other})
    )


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("reader", PromptReference("reader")),
        ("reader_2@10", PromptReference("reader_2", 10)),
    ],
)
def test_a_reference_is_read_as_it_is_written(text: str, reference: PromptReference) -> None:
    assert parse_reference(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    ["", "@1", "reader@", "reader@0", "reader@-1", "reader@1@2", "reader@9999999", "Reader", "1a"],
)
def test_a_wrong_reference_is_refused(text: str) -> None:
    with pytest.raises(BadPromptError):
        parse_reference(text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Reader"}, "'Reader' is no name of a prompt"),
        ({"name": "a" * 41}, "1 to 40 lower-case letters"),
        ({"author": " "}, "its author is empty"),
        ({"note": ""}, "its note is empty"),
    ],
)
def test_a_new_version_says_who_and_why(change: dict[str, str], message: str) -> None:
    new = NewPrompt("reader", TEXTS, author="anna", note="first")
    with pytest.raises(BadPromptError, match=message):
        replace(new, **change)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (" \n", "the user template is empty"),
        ("a" * (LONGEST_TEMPLATE + 1), "20001 characters, 20000 are allowed"),
        ("fine\nnot\x00fine", r"character '\\x00' in line 2"),
        ("zero\u200bwidth", r"'\\u200b' in line 1"),
        ("half a pair \ud800", r"'\\ud800' in line 1"),
        ("line\r\nend", r"'\\r' in line 1"),
    ],
)
def test_a_template_that_could_not_be_kept_or_read_is_refused(template: str, message: str) -> None:
    with pytest.raises(BadPromptError, match=message):
        PromptTexts("fine", template)
