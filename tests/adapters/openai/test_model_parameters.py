"""What a model cannot do is refused before it is asked, and not left out in silence."""

from dataclasses import replace

import pytest

from adapters.openai.access import ModelAccess
from adapters.openai.calling import ask
from adapters.openai.client import connect_model
from tests.adapters.openai.model_builders import CHAT, REQUEST, access_to
from trading.capabilities import Capability
from trading.errors import MisconfiguredError
from trading.replies import ModelRequest

NO_SCHEMA = replace(REQUEST, schema=None)


@pytest.mark.parametrize(
    ("access", "capability", "request_", "words"),
    [
        (access_to(effort="low"), replace(CHAT, effort=False), NO_SCHEMA, "effort"),
        (access_to(temperature=0.5), replace(CHAT, temperature=False), NO_SCHEMA, "temperature"),
        (access_to(seed=1), replace(CHAT, seed=False), NO_SCHEMA, "seed"),
        (
            access_to(),
            replace(CHAT, vision=False, vision_and_structured=False),
            REQUEST,
            "cannot see pictures",
        ),
        (access_to(), replace(CHAT, vision_and_structured=False), REQUEST, "two steps"),
    ],
)
def test_what_a_model_cannot_do_is_refused_before_it_is_asked(
    access: ModelAccess, capability: Capability, request_: ModelRequest, words: str
) -> None:
    client = connect_model(access)

    with pytest.raises(MisconfiguredError, match=words):
        ask(client, request_, capability)
    client.close()
