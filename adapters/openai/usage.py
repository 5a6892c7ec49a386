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
    total: str = "total_tokens"


_MOST = 100_000_000
"""Tokens. Above the room of any model; a bill of more is a mistake, and no ledger holds it."""

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
    """The bill in an answer; None if it is missing or makes no sense.

    No question is free of tokens: a bill of none would be booked as a present.
    """
    bill = part(body, "usage")
    billed_input, billed_output = _tokens(bill, names.input), _tokens(bill, names.output)
    if not billed_input or billed_output is None:
        return None
    reasoning = _tokens(part(bill, names.output_details), "reasoning_tokens") or 0
    # Some (xAI, Gemini) count what was thought beside the output or in the total alone, and bill
    # it like output. More thought than output was not part of it.
    beside = reasoning if reasoning > billed_output else 0
    details = part(bill, names.input_details)
    in_total = (_tokens(bill, names.total) or 0) - billed_input - billed_output
    return Usage(
        input=billed_input,
        output=billed_output + max(beside, in_total),
        cached=_tokens(details, "cached_tokens") or 0,
        reasoning=reasoning,
        cache_written=_tokens(details, "cache_write_tokens") or 0,
    )


def billed_anyway(body: Body) -> Usage | None:
    """The bill in an error, by whichever API it came."""
    return read_usage(body, CHAT_NAMES) or read_usage(body, RESPONSES_NAMES)


def _tokens(bill: Body, name: str) -> int | None:
    number = count(bill, name)
    return None if number is None or number > _MOST else number
