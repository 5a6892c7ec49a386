"""Fill a prompt's templates with the facts of one moment."""

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, Undefined, nodes
from jinja2.sandbox import SandboxedEnvironment

from adapters.prompts.language import parse, walk
from trading.prompts import BadPromptError, Prompt, PromptTexts

LONGEST_PROMPT = 60_000
"""Characters of one filled template."""


def render(texts: PromptTexts, variables: Mapping[str, object]) -> Prompt:
    """Both templates filled; equal texts and variables give equal prompts.

    Raises:
        BadPromptError: a template is not well-formed, says more than it may, uses a variable that
            there is not or as what it is not, or grows too long. The message names the template,
            the line and the word; nothing was sent.
    """
    return Prompt(
        system=_fill("system", texts.system, variables),
        user=_fill("user", texts.user, variables),
    )


def used_variables(name: str, source: str) -> frozenset[str]:
    """The variables that one template reads, its own loop variables left out.

    Raises:
        BadPromptError: the template is not well-formed or says more than it may.
    """
    tree = parse(_environment(), name, source)
    return frozenset(node.name for node in _free_names(tree))


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # a prompt is text, not HTML
        keep_trailing_newline=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    # range, lipsum, cycler and the like: nothing a prompt needs, and some never end.
    environment.globals.clear()
    return environment


@dataclass(frozen=True, slots=True)
class _Form:
    """A template that may be filled, and the names of variables in it."""

    template: Template
    names: tuple[nodes.Name, ...]


# A cycle fills the same two templates for every symbol.
@lru_cache(maxsize=16)
def _form(name: str, source: str) -> _Form:
    environment = _environment()
    tree = parse(environment, name, source)
    names = tuple(_free_names(tree))
    code = environment.compile(tree, name, filename=name)
    return _Form(Template.from_code(environment, code, environment.globals), names)


def _fill(name: str, source: str, variables: Mapping[str, object]) -> str:
    try:
        form = _form(name, source)
        _require_known(name, form.names, variables)
        filled = _bounded(name, form.template, variables)
        filled.encode()
    except (TemplateError, TypeError, ValueError) as error:
        message = f"the {name} template, line {_line(error, name)}: {error}"
        raise BadPromptError(message) from error
    return filled


def _bounded(name: str, template: Template, variables: Mapping[str, object]) -> str:
    parts: list[str] = []
    length = 0
    for part in template.generate(variables):
        length += len(part)
        if length > LONGEST_PROMPT:
            message = (
                f"the filled {name} template is longer than {LONGEST_PROMPT} characters; "
                f"shorten it"
            )
            raise BadPromptError(message)
        parts.append(part)
    return "".join(parts)


def _require_known(
    name: str, names: Iterable[nodes.Name], variables: Mapping[str, object]
) -> None:
    for used in names:
        if used.name not in variables:
            message = (
                f"the {name} template, line {used.lineno}: there is no variable {used.name!r}; "
                f"there are {', '.join(variables)}"
            )
            raise BadPromptError(message)


def _free_names(tree: nodes.Template) -> list[nodes.Name]:
    names = [node for node in walk(tree) if isinstance(node, nodes.Name)]
    own = {node.name for node in names if node.ctx == "store"} | {"loop"}
    return [node for node in names if node.name not in own]


def _written(value: object) -> object:
    if isinstance(value, str | int | Undefined):
        return value
    message = f"a {type(value).__name__} is written as a whole; write one part of it"
    raise TypeError(message)


def _line(error: Exception, name: str) -> int | str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == name and frame.lineno]
    return lines[-1] if lines else "?"
