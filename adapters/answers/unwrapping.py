"""What servers without structured output put around their JSON, taken off.

Only what cannot change the meaning: unseen characters, a model's thinking, one code fence. What
is left must be one JSON document.
"""

_UNSEEN = dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060))
_THINKING, _THOUGHT = "<think>", "</think>"
_FENCE = "```"


def unwrapped(text: str) -> str:
    """`text` without byte-order marks, zero-width characters, thinking and one code fence."""
    return _without_fence(_without_thinking(text.translate(_UNSEEN).strip()))


def _without_thinking(text: str) -> str:
    """Without the blocks before the answer; one that does not end is left to be refused."""
    while text.startswith(_THINKING):
        _, thought, rest = text.partition(_THOUGHT)
        if not thought:
            return text
        text = rest.lstrip()
    return text


def _without_fence(text: str) -> str:
    if not (text.startswith(_FENCE) and text.endswith(_FENCE) and len(text) >= 2 * len(_FENCE)):
        return text
    inside = text.removeprefix(_FENCE).removesuffix(_FENCE)
    # Only the language most models name; any other word is left, and is no JSON.
    return inside.removeprefix("json").removeprefix("JSON").strip()
