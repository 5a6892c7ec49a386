"""The mode names every rung of the ladder, and its wording has a version."""

import hashlib
from dataclasses import replace

import pytest

from adapters.openai import two_steps
from adapters.openai.mode import mode_of
from adapters.openai.wording import SCHEMA_TOLD, with_schema_told
from tests.adapters.openai.model_builders import CHAT, REQUEST, RESPONSES
from trading.capabilities import (
    Capability,
    InstructionRole,
    Structured,
    TokenParameter,
    is_mode_strict,
)

OTHERS = [
    replace(CHAT, structured=Structured.TOOL_STRICT),
    replace(CHAT, structured=Structured.JSON_OBJECT),
    replace(CHAT, structured=Structured.PROMPT),
    replace(CHAT, vision_and_structured=False),
    replace(CHAT, instruction_role=InstructionRole.DEVELOPER),
    replace(CHAT, token_parameter=TokenParameter.MAX_COMPLETION_TOKENS),
    RESPONSES,
]


def test_the_words_of_a_mode() -> None:
    assert mode_of(CHAT) == "json_schema one_step system max_tokens"
    assert mode_of(RESPONSES) == "json_schema one_step instructions max_output_tokens"
    told = replace(CHAT, structured=Structured.PROMPT, vision_and_structured=False)
    assert mode_of(told) == "prompt+told.v1 two_steps.v1 system max_tokens"


def test_each_rung_of_the_ladder_is_a_mode_of_its_own() -> None:
    assert len({mode_of(one) for one in [CHAT, *OTHERS]}) == len(OTHERS) + 1


def test_what_is_only_accepted_changes_no_mode() -> None:
    accepted = replace(CHAT, temperature=False, effort=False, seed=False, context_tokens=8000)

    assert mode_of(accepted) == mode_of(CHAT)


@pytest.mark.parametrize("capability", [CHAT, *OTHERS])
def test_a_mode_tells_whether_the_server_promised_the_schema(capability: Capability) -> None:
    assert is_mode_strict(mode_of(capability)) is capability.is_held_to_schema


def test_the_wording_is_that_of_its_version() -> None:
    """Pinned: whoever changes the words changes the version, and with it every such arm."""
    asked = two_steps.observation(REQUEST)
    told = two_steps.decision(replace(REQUEST, user=""), "seen", REQUEST.deadline)
    seen = hashlib.sha256("|".join((asked.system, asked.user, told.user)).encode()).hexdigest()
    schema = hashlib.sha256(with_schema_told("", {}).encode()).hexdigest()

    assert (two_steps.TWO_STEPS, seen[:16]) == ("two_steps.v1", "a28c1c29143fdca1")
    assert (SCHEMA_TOLD, schema[:16]) == ("told.v1", "7710935bb8fdf791")
