"""How a model is asked, in words: part of every question's key and of its arm's fingerprint.

Each word is a rung of the ladder from one strict question down to prose and two steps
(analysis.md §3.10). Nobody climbs or falls by himself: the list of models decides.
"""

from adapters.openai.two_steps import TWO_STEPS
from adapters.openai.wording import SCHEMA_TOLD
from trading.capabilities import Api, Capability

ONE_STEP = "one_step"
INSTRUCTIONS = "instructions"
"""Where the Responses API has its own place for what a chat lets the system say."""


def mode_of(capability: Capability) -> str:
    """The stable words, such as `json_schema one_step system max_tokens`.

    A word changes whenever the server is asked in another way, the wording of the desk included.
    """
    told = "" if capability.is_held_to_schema else f"+{SCHEMA_TOLD}"
    is_chat = capability.api is Api.CHAT
    words = (
        f"{capability.structured}{told}",
        TWO_STEPS if capability.needs_two_steps else ONE_STEP,
        capability.instruction_role.value if is_chat else INSTRUCTIONS,
        capability.token_parameter.value,
    )
    return " ".join(words)
