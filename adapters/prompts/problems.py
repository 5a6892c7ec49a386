"""What is wrong with a prompt, as its author is told."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a prompt may be stored all the same."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """The rules for authors (analysis.md §3.3); each was broken by a bot that lost money."""

    SYNTAX = "syntax"
    """The template cannot be filled."""
    LITERAL_PRICE = "literal_price"
    """A number that reads as a price draws answers towards itself."""
    LITERAL_CHANCE = "literal_chance"
    """So does an example of a probability."""
    LITERAL_SYMBOL = "literal_symbol"
    """The symbol is a variable; another one in the text is confused with it."""
    FORCE = "force"
    """A model that may not stay out trades noise."""
    COSTS = "costs"
    """Without costs it cannot know where break-even is."""
    EVENT = "event"
    """A probability that is not of a stated event cannot be scored."""
    EXTERNAL = "external"
    """Text of others is data between delimiters, never an instruction."""
    RECOMPUTE = "recompute"
    """Numbers are given; a model that computes them anew gets them wrong."""
    UNTOLD = "untold"
    """A fact that every answer is held against is not told."""
    LENGTH = "length"
    """The budget of a question."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule broken at one place. `template` is `system`, `user` or both; `line` 0 is all."""

    rule: Rule
    message: str
    template: str = "system and user"
    line: int = 0
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.template}, line {self.line}" if self.line else self.template
        return f"{self.severity}: {where}: {self.message} ({self.rule})"
