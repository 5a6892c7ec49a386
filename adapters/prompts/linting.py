"""Judge a prompt before it is stored: can it be filled, and does it keep the rules for authors."""

from collections.abc import Iterator

from adapters.prompts.problems import Problem, Rule, Severity
from adapters.prompts.reference import reference_variables
from adapters.prompts.rendering import render, used_variables
from adapters.prompts.wording import (
    Template,
    event_problems,
    external_problems,
    literal_problems,
    promise_problems,
    without_comments,
)
from trading.canonical import Json
from trading.prompts import BadPromptError, Prompt, PromptTexts

MOST_TOKENS = 2_500
"""Of the text of a question; pictures and the answer's schema come on top (analysis.md §3.3)."""

_CHARACTERS_PER_TOKEN = 4


def lint(texts: PromptTexts, response_schema: Json) -> list[Problem]:
    """What is wrong with the texts, in the order of the rules; errors keep them from being stored.

    A template that cannot be filled has that one problem: nothing else is looked at.
    """
    try:
        filled = [render(texts, variables) for variables in reference_variables()]
        templates = _templates(texts)
    except BadPromptError as error:
        return [Problem(Rule.SYNTAX, str(error))]
    return [
        *(problem for template in templates for problem in literal_problems(template)),
        *promise_problems(templates),
        *event_problems(templates, response_schema),
        *(problem for template in templates for problem in external_problems(template, texts)),
        *_length_problems(filled),
    ]


def has_errors(problems: list[Problem]) -> bool:
    """Whether the prompt may not be stored."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def estimated_tokens(prompt: Prompt) -> int:
    """Four characters to a token, rounded up: an estimate for English text.

    Tables of digits take more; what a question really cost is in the ledger of calls.
    """
    length = len(prompt.system) + len(prompt.user)
    return -(-length // _CHARACTERS_PER_TOKEN)


def _templates(texts: PromptTexts) -> tuple[Template, Template]:
    system, user = (
        Template(name, without_comments(source), used_variables(name, source))
        for name, source in (("system", texts.system), ("user", texts.user))
    )
    return system, user


def _length_problems(filled: list[Prompt]) -> Iterator[Problem]:
    longest = max(map(estimated_tokens, filled))
    if longest > MOST_TOKENS:
        message = (
            f"about {longest} tokens in a reference market (four characters to one), "
            f"{MOST_TOKENS} are allowed; shorten the texts"
        )
        yield Problem(Rule.LENGTH, message)
