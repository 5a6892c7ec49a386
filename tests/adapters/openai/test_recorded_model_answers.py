"""Answers that real servers gave, recorded by others, are read as what they are."""

import json
import os
from pathlib import Path

import pytest

from adapters.openai import chat_api, responses_api
from adapters.openai.bad_answer import BadAnswer
from adapters.openai.received import Received
from adapters.openai.status_errors import failure_of
from tests.adapters.openai.model_builders import NOW, access_to
from trading.model_errors import (
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RefusalKind,
)
from trading.replies import FinishState, ModelReply, Usage

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def recorded() -> Path:
    folder = os.environ.get("AUTOTRADER_REAL_DATA")
    if not folder:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real payloads")
    return Path(folder) / "openai"


def chat(recorded: Path, name: str) -> ModelReply:
    raw = (recorded / "openai_python" / "chat" / f"{name}.json").read_bytes()
    return chat_api.read_reply(Received(raw))


def test_a_response_is_read(recorded: Path) -> None:
    path = recorded / "openai_python" / "responses" / "test_output_text.json"

    reply = responses_api.read_reply(Received(path.read_bytes()))

    assert reply.text is not None
    assert reply.text.startswith("I can't provide real-time updates")
    assert (reply.finish, reply.usage) == (FinishState.COMPLETE, Usage(14, 50))
    assert reply.model == "gpt-4o-mini-2024-07-18"


@pytest.mark.parametrize(
    ("name", "finish", "usage", "has_text", "is_refused"),
    [
        ("test_parse_nothing", FinishState.COMPLETE, Usage(14, 37), True, False),
        ("test_parse_max_tokens_reached", FinishState.TRUNCATED, Usage(79, 1), True, False),
        (
            "test_parse_pydantic_model_refusal",
            FinishState.COMPLETE,
            Usage(79, 12),
            False,
            True,
        ),
        ("test_parse_pydantic_tool", FinishState.COMPLETE, Usage(76, 24), False, False),
    ],
)
def test_chat_completions_are_read(
    recorded: Path,
    name: str,
    finish: FinishState,
    usage: Usage,
    has_text: bool,
    is_refused: bool,
) -> None:
    reply = chat(recorded, name)

    assert (reply.finish, reply.usage) == (finish, usage)
    assert (reply.text is not None, bool(reply.refusal)) == (has_text, is_refused)


def test_every_recorded_completion_has_model_and_usage(recorded: Path) -> None:
    names = [path.stem for path in (recorded / "openai_python" / "chat").glob("*.json")]

    replies = [chat(recorded, name) for name in names]

    assert replies
    assert all(reply.usage is not None and reply.model for reply in replies)


def test_observed_errors_are_told_apart(recorded: Path) -> None:
    rows = json.loads((recorded / "observed" / "errors_observed.json").read_text())

    errors = [_failure(row["http_status"], row["body"]) for row in rows]

    assert [type(one) for one in errors] == [
        ModelUnavailableError,
        ModelRefusedError,
        ModelRefusedError,
        ModelRefusedError,
        ModelRefusedError,
    ]
    assert [one.kind for one in errors if isinstance(one, ModelRefusedError)] == [
        RefusalKind.TOO_LARGE,
        RefusalKind.NO_QUOTA,
        RefusalKind.WRONG_KEY,
        RefusalKind.BAD_REQUEST,
    ]
    assert all("sk-abc" not in str(one) for one in errors)


def _failure(status: int, body: object) -> ModelError:
    received = Received(json.dumps(body).encode())
    return failure_of(BadAnswer(status, received, {}), access_to(), NOW)
