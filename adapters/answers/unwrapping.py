"""What servers without structured output put around their JSON, taken off.

Only what cannot change the meaning: unseen characters around it, a model's thinking, one code
fence. What is left must be one JSON document.
"""

# At the ends alone: taken out of its middle, one of them would make 60 of a 6 and a 0.
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060 \t\r\n"
_THINKING, _THOUGHT = "<think>", "</think>"
_FENCE = "```"


def unwrapped(text: str) -> str:
    """`text` without the unseen characters around it, thinking and one code fence."""
    return _without_fence(_without_thinking(text.strip(_UNSEEN)))


def _without_thinking(text: str) -> str:
    """Without the blocks before the answer; one that does not end is left to be refused."""
    while text.startswith(_THINKING):
        _, thought, rest = text.partition(_THOUGHT)
        if not thought:
            return text
        text = rest.lstrip(_UNSEEN)
    return text


def _without_fence(text: str) -> str:
    if not (text.startswith(_FENCE) and text.endswith(_FENCE) and len(text) >= 2 * len(_FENCE)):
        return text
    inside = text.removeprefix(_FENCE).removesuffix(_FENCE)
    # Only the language most models name; any other word is left, and is no JSON.
    return inside.removeprefix("json").removeprefix("JSON").strip(_UNSEEN)
