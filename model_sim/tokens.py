"""Billed tokens, estimated: by the characters of texts, by the tiles of pictures."""

from math import ceil

from model_sim.question import Question, Usage
from model_sim.sight.looking import decode
from model_sim.values import compact

CHARACTERS_PER_TOKEN = 4
QUESTION_CHARACTERS_PER_TOKEN = 3
"""Tables of prices and a schema are denser than what is said about them."""

_BASE, _PER_TILE, _TILE = 85, 170, 512
_LONGEST, _SHORTEST = 2048, 768


def input_tokens(question: Question) -> int:
    """Tokens of the words, the schema and the pictures of a question.

    Raises: PictureError for an image that is no picture.
    """
    schema = compact(question.schema) if question.schema is not None else ""
    words = ceil(len(question.text + schema) / QUESTION_CHARACTERS_PER_TOKEN)
    return words + sum(map(image_tokens, question.images))


def text_tokens(text: str) -> int:
    """Tokens of a text."""
    return ceil(len(text) / CHARACTERS_PER_TOKEN)


def image_tokens(image: bytes) -> int:
    """Tokens of a picture seen in detail: 85 and 170 a tile.

    Fitted into 2048 x 2048, then its short side to 768: the rule of gpt-4o (analysis.md §3.2).
    """
    width, height = decode(image).size
    fit = min(1.0, _LONGEST / max(width, height))
    fit *= min(1.0, _SHORTEST / (min(width, height) * fit))
    tiles = ceil(round(width * fit) / _TILE) * ceil(round(height * fit) / _TILE)
    return _BASE + _PER_TILE * tiles


def usage_of(question: Question, content: str | None, reasoning: int) -> Usage:
    """The bill of an answer that was thought about with so many tokens."""
    output = text_tokens(content or "") + reasoning
    return Usage(input_tokens(question), output, reasoning=reasoning)
