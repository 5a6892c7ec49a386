"""What a server says it will bill."""

from dataclasses import dataclass

from adapters.openai.received import Body, count, part
from trading.replies import Usage


@dataclass(frozen=True, slots=True)
class UsageNames:
    """What an API calls the numbers of its bill."""

    input: str
    output: str
    input_details: str
    output_details: str


CHAT_NAMES = UsageNames(
    "prompt_tokens",
    "completion_tokens",
    "prompt_tokens_details",
    "completion_tokens_details",
)
RESPONSES_NAMES = UsageNames(
    "input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details"
)


def read_usage(body: Body, names: UsageNames) -> Usage | None:
    """The bill in an answer; None if it is missing or makes no sense."""
    bill = part(body, "usage")
    billed_input, billed_output = count(bill, names.input), count(bill, names.output)
    if billed_input is None or billed_output is None:
        return None
    return Usage(
        input=billed_input,
        output=billed_output,
        cached=count(part(bill, names.input_details), "cached_tokens") or 0,
        reasoning=count(part(bill, names.output_details), "reasoning_tokens") or 0,
    )
