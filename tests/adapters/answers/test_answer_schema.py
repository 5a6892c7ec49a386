"""The schema obeys what every provider's strict mode has in common, and says what is enforced."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from adapters.answers.schema import response_schema
from adapters.answers.wire import WireAnswer
from tests.adapters.answers.said import drop, flat_answer, long_answer, put
from trading.snapshot_facts import FACT_NAMES

SCHEMA: Any = response_schema()
KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf",
            "description"}  # fmt: skip


def schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema and every schema in it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    for part in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from schemas(part)


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_no_keyword_is_used_that_a_strict_mode_may_not_know() -> None:
    assert {keyword for schema in schemas(SCHEMA) for keyword in schema} <= KEYWORDS


def test_every_key_is_required_and_no_other_allowed() -> None:
    objects = [schema for schema in schemas(SCHEMA) if schema.get("type") == "object"]
    assert len(objects) == 7
    for schema in objects:
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False


def test_it_stays_within_the_strict_limits_of_the_providers() -> None:
    # 100 properties, 5 levels and 500 enum values were the tightest published limits.
    assert sum(len(schema.get("properties", ())) for schema in schemas(SCHEMA)) <= 100
    assert sum(len(schema.get("enum", ())) for schema in schemas(SCHEMA)) <= 500


def test_evidence_is_generated_before_the_decision() -> None:
    order = list(SCHEMA["properties"])
    assert order.index("evidence") < order.index("p_up") < order.index("action")
    assert order.index("chart_code") == 1


def test_it_has_the_keys_that_are_read_in_their_order() -> None:
    assert list(SCHEMA["properties"]) == list(WireAnswer.model_fields)


def test_only_facts_of_a_snapshot_can_be_cited() -> None:
    evidence = SCHEMA["properties"]["evidence"]["items"]["properties"]
    assert evidence["field"]["enum"] == list(FACT_NAMES)


def test_a_caller_cannot_change_anothers_schema() -> None:
    mine: Any = response_schema()
    mine["properties"].clear()
    assert response_schema() == SCHEMA


@pytest.mark.parametrize("document", [long_answer(), flat_answer()])
def test_a_valid_answer_passes(document: Any) -> None:
    Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize(
    "document",
    [
        drop("p_up"),
        put("action", "BUY"),
        put("stop_loss", "39801"),
        put("confidence", 90),
        put("entry/size", 1),
    ],
)
def test_what_the_schema_forbids_does_not_pass(document: Any) -> None:
    assert not Draft202012Validator(SCHEMA).is_valid(document)
