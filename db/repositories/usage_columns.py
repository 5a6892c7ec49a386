"""Between the usage of a call and the four columns that hold it.

What was written to a cache has none: it is in the cost, and in the raw answer.
"""

from typing import Protocol

from trading.replies import Usage


class HasUsage(Protocol):
    """A row with the tokens of a call, all known or none."""

    input_tokens: int | None
    cached_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None


def usage_columns(usage: Usage | None) -> dict[str, object]:
    """The columns by name; all empty for an unknown usage."""
    return {
        "input_tokens": usage and usage.input,
        "cached_tokens": usage and usage.cached,
        "output_tokens": usage and usage.output,
        "reasoning_tokens": usage and usage.reasoning,
    }


def usage_of(row: HasUsage) -> Usage | None:
    """The usage in the columns; None if the server said nothing."""
    match row.input_tokens, row.output_tokens, row.cached_tokens, row.reasoning_tokens:
        case int() as given, int() as answered, int() as cached, int() as reasoning:
            return Usage(input=given, output=answered, cached=cached, reasoning=reasoning)
        case _:
            return None
