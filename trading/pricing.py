"""What a call to a model costs: afterwards by its usage, before it by its worst case."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal

from trading.checks import require, require_not_negative
from trading.image_tokens import ImageRule
from trading.replies import Usage

SMALLEST_USD = Decimal("0.000001")
_MILLION = 1_000_000

LOWEST_RATIO = Decimal("0.8")
HIGHEST_RATIO = Decimal("1.25")
"""Billed over estimated input tokens: outside of these a rule or a price has changed (§3.2)."""


@dataclass(frozen=True, slots=True)
class Price:
    """The list price of a model; USD per million tokens.

    `cached` is the price of input tokens that the server had seen before, never above `input`.
    `cache_write` is that of input tokens which it puts into its cache, never below `input`; None
    where writing costs nothing beside.
    `image` is how pictures are counted, None for a model that takes none. `version` names the
    price in the ledger: which list, which entry, since when.
    """

    input: Decimal
    cached: Decimal
    output: Decimal
    image: ImageRule | None
    effective_from: date
    version: str
    cache_write: Decimal | None = None

    def __post_init__(self) -> None:
        for name in ("input", "cached", "output", "written"):
            require_not_negative(f"{name} price of {self.version}", getattr(self, name))
        require(
            self.cached <= self.input,
            f"{self.version}: cached input costs {self.cached} and new input {self.input}; a "
            "worst case that ignores the cache must not be the cheaper one",
        )
        require(
            self.written >= self.input,
            f"{self.version}: input that is written to the cache costs {self.written} and other "
            f"input {self.input}; writing costs what reading does, or more",
        )
        require(self.version != "", "a price needs a version; it is how the ledger names it")

    @property
    def written(self) -> Decimal:
        """The price of input tokens that are written to the cache: the dearest input there is."""
        return self.input if self.cache_write is None else self.cache_write


def cost(usage: Usage, price: Price) -> Decimal:
    """USD of a call with this usage, rounded up to a millionth.

    Reasoning is part of the output and pays its price. More tokens from and to the cache than
    input tokens are billed as input that was all of these and a little more, never as less.
    """
    new = max(usage.input - usage.cached - usage.cache_written, 0)
    cache = usage.cached * price.cached + usage.cache_written * price.written
    return _usd(new * price.input + cache + usage.output * price.output)


def worst_case(estimated_input_tokens: int, max_output_tokens: int, price: Price) -> Decimal:
    """The most USD a call can cost: all input new, all output used, rounded up to a millionth.

    Where writing to the cache costs more, all of the input is written. The estimate may be short
    by a quarter before anybody is alerted (HIGHEST_RATIO), so that quarter is reserved with it.
    """
    require_not_negative("estimated_input_tokens", Decimal(estimated_input_tokens))
    require_not_negative("max_output_tokens", Decimal(max_output_tokens))
    most_input = estimated_input_tokens * HIGHEST_RATIO
    return _usd(most_input * price.written + max_output_tokens * price.output)


def reconcile_ratio(*, estimated: int, billed: int) -> Decimal | None:
    """Billed over estimated input tokens; None if nothing was estimated or nothing billed."""
    return Decimal(billed) / estimated if estimated and billed else None


def is_estimate_off(ratio: Decimal | None) -> bool:
    """Whether the owner must hear that tokens are billed by another rule than ours."""
    return ratio is not None and not LOWEST_RATIO <= ratio <= HIGHEST_RATIO


def _usd(millionths: Decimal) -> Decimal:
    return (millionths / _MILLION).quantize(SMALLEST_USD, ROUND_UP)
