"""The first question to a model has one right answer, and says what is wrong with another."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from adapters.openai import first_question as module
from adapters.openai.first_question import first_question
from adapters.openai.probe_picture import SIDE
from tests.adapters.answers.said import reply
from trading.failures import Failure, FailureCode
from trading.replies import FinishState, Purpose


def code_of(picture: bool, text: str | None, **changes: Any) -> FailureCode | None:
    failure = first_question(picture).judge(reply(text, **changes))
    return failure.code if isinstance(failure, Failure) else None


@pytest.fixture
def known_code(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(module, "new_code", lambda: "AC34")
    return "AC34"


def test_it_shows_a_small_picture_and_asks_for_a_tiny_object() -> None:
    asked = first_question(True).request
    assert (asked.purpose, asked.schema is not None) == (Purpose.PROBE, True)
    (png,) = asked.images
    assert Image.open(BytesIO(png)).size == (SIDE, SIDE)
    assert first_question(True).request.images != (png,)  # a fresh code each time
    assert first_question(False).request.images == ()


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ('{"code": "AC34"}', {}, None),
        ('```json\n{"code": "ac34"}\n```', {}, None),
        ("It says AC34.", {}, FailureCode.SCHEMA),
        ('{"kode": "AC34"}', {}, FailureCode.SCHEMA),
        ('{"code": "AC35"}', {}, FailureCode.VISION_NOT_SEEN),
        ("I see no picture.", {}, FailureCode.VISION_NOT_SEEN),
        ("[" * 100_000, {}, FailureCode.VISION_NOT_SEEN),
        ("[]", {}, FailureCode.VISION_NOT_SEEN),
        (None, {}, FailureCode.EMPTY),
        ("  ", {}, FailureCode.EMPTY),
        (None, {"finish": FinishState.TRUNCATED}, FailureCode.TRUNCATED),
        ('{"code": "AC34"}', {"finish": FinishState.FILTERED}, FailureCode.REFUSAL),
        (None, {"refusal": "No."}, FailureCode.REFUSAL),
    ],
)
def test_only_the_code_in_the_schema_is_right(
    known_code: str, text: str | None, changes: dict[str, Any], expected: FailureCode | None
) -> None:
    assert known_code == "AC34"
    assert code_of(True, text, **changes) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"ready": true}', None),
        ('{"ready": "yes"}', FailureCode.SCHEMA),
        ("It rains.", FailureCode.SCHEMA),
        ("", FailureCode.EMPTY),
    ],
)
def test_without_a_picture_the_schema_alone_is_tried(
    text: str, expected: FailureCode | None
) -> None:
    assert code_of(False, text) is expected
