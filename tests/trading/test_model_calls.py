"""Errors and capabilities refuse what is impossible and keep what is needed."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from trading.capabilities import Api, Capability, InstructionRole, Structured, TokenParameter
from trading.errors import InvariantError
from trading.model_errors import (
    Evidence,
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RefusalKind,
)
from trading.replies import FinishState, ModelReply, ModelRequest, Purpose, Usage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REQUEST = ModelRequest(Purpose.ANALYSE, "", "?", (), None, 100, SECOND)
REPLY = ModelReply(b"", "a", "", FinishState.COMPLETE, Usage(1, 1), "m", "r", SECOND)
CAPABILITY = Capability(
    api=Api.CHAT,
    structured=Structured.JSON_SCHEMA,
    vision=True,
    vision_and_structured=True,
    temperature=True,
    effort=False,
    seed=True,
    token_parameter=TokenParameter.MAX_TOKENS,
    instruction_role=InstructionRole.SYSTEM,
)
REFUSED = ModelRefusedError(
    "no.", kind=RefusalKind.NO_QUOTA, advice="Pay.", evidence=Evidence(429, "r", b"{}")
)
LOST = ModelUnavailableError("lost", may_be_billed=True, retry_after=SECOND)


def test_a_message_says_what_happened_and_what_to_do() -> None:
    assert str(REFUSED) == "no. Pay."
    assert str(LOST) == "lost"


@pytest.mark.parametrize("error", [REFUSED, LOST])
def test_errors_survive_the_way_between_processes(error: ModelError) -> None:
    copied = pickle.loads(pickle.dumps(error))

    assert (type(copied), str(copied), vars(copied)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    "changed",
    [
        {"vision": False},
        {"context_tokens": 0},
        {"token_parameter": TokenParameter.MAX_OUTPUT_TOKENS},
        {"api": Api.RESPONSES},
        {
            "api": Api.RESPONSES,
            "token_parameter": TokenParameter.MAX_OUTPUT_TOKENS,
            "structured": Structured.TOOL_STRICT,
        },
    ],
)
def test_impossible_capabilities_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(InvariantError):
        replace(CAPABILITY, **changed)  # type: ignore[arg-type]


def test_two_steps_are_for_those_who_see_but_not_under_a_schema() -> None:
    assert not CAPABILITY.needs_two_steps
    assert replace(CAPABILITY, vision_and_structured=False).needs_two_steps
    assert not replace(CAPABILITY, vision=False, vision_and_structured=False).needs_two_steps
