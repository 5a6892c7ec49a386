"""How many input tokens a request will be billed for, about: what is reserved rests on it."""

import json
from dataclasses import dataclass

from trading.image_tokens import image_tokens
from trading.png_size import png_size
from trading.pricing import Price
from trading.replies import ModelRequest
from trading.text_tokens import text_tokens


@dataclass(frozen=True, slots=True)
class Estimate:
    """Input tokens of a request: of its words, its schema included, and of its pictures."""

    text: int
    pictures: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.text + self.pictures


def estimate_of(request: ModelRequest, price: Price | None) -> Estimate:
    """The estimate; pictures count by the rule of the price, as 0 where there is no rule.

    A schema is billed like words, however the server is told it: that of an answer is about as
    long as a short prompt.
    """
    words = text_tokens(request.system) + text_tokens(request.user)
    if request.schema is not None:
        words += text_tokens(json.dumps(request.schema, separators=(",", ":")))
    return Estimate(words, sum(_picture_tokens(png, price) for png in request.images))


def counts_pictures(request: ModelRequest, price: Price) -> bool:
    """Whether the price says what the pictures of this request cost, or they cost nothing."""
    return not request.images or price.image is not None or price.input == 0


def _picture_tokens(png: bytes, price: Price | None) -> int:
    if price is None or price.image is None:
        return 0
    return image_tokens(price.image, *png_size(png))
