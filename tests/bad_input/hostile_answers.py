"""Malformed and hostile answers of a model, each made from one valid answer, with its code."""

from tests.bad_input.hostile_answers_injections import injections
from tests.bad_input.hostile_answers_market import opinions
from tests.bad_input.hostile_answers_numbers import numbers
from tests.bad_input.hostile_answers_parts import Hostile
from tests.bad_input.hostile_answers_schema import objects
from tests.bad_input.hostile_answers_text import texts

__all__ = ["Hostile", "corpus"]


def corpus() -> list[Hostile]:
    """All of them, by unique names."""
    return [*texts(), *numbers(), *objects(), *opinions(), *injections()]
