"""What a template may say: variables, conditions and lists. It is a form, not a program.

Jinja2 without calls, arithmetic, assignments, subscripts or nested loops: whatever is left ends
soon and reaches nothing but its variables.
"""

from collections.abc import Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from trading.prompts import BadPromptError

DEEPEST = 20
"""Levels of a syntax tree; a deeply nested template would exhaust the compiler's stack."""

_STATEMENTS = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For)
_EXPRESSIONS = (
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Tuple,
    nodes.List,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Filter,
)
_FILTERS = ("join", "length", "lower", "trim", "upper")


def parse(environment: SandboxedEnvironment, name: str, source: str) -> nodes.Template:
    """The syntax tree of a template that says nothing but what is allowed.

    Raises:
        BadPromptError: with the template's name, the line and what stands there.
    """
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        raise BadPromptError(
            f"the {name} template, line {error.lineno}: {error.message}"
        ) from error
    except (RecursionError, ValueError) as error:
        message = f"the {name} template cannot be read ({type(error).__name__}); simplify it"
        raise BadPromptError(message) from error
    _require_shallow(name, tree)
    for node in walk(tree):
        _require_allowed(name, node)
    return tree


def walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Every node of the tree, the root first."""
    yield tree
    for child in tree.iter_child_nodes():
        yield from walk(child)


def _require_shallow(name: str, tree: nodes.Node) -> None:
    level: list[nodes.Node] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return
    message = f"the {name} template, line {level[0].lineno}: nested deeper than {DEEPEST} levels"
    raise BadPromptError(message)


def _require_allowed(name: str, node: nodes.Node) -> None:
    where = f"the {name} template, line {node.lineno}"
    if not isinstance(node, _STATEMENTS + _EXPRESSIONS):
        message = (
            f"{where}: {type(node).__name__} is not allowed; a prompt has variables, `if`, `for` "
            f"and the filters {', '.join(_FILTERS)}"
        )
        raise BadPromptError(message)
    if isinstance(node, nodes.For):
        _require_flat_loop(where, node)
    if isinstance(node, nodes.Filter):
        _require_plain_filter(where, node)


def _require_flat_loop(where: str, loop: nodes.For) -> None:
    inner = (node for child in loop.body + loop.else_ for node in walk(child))
    if loop.recursive or any(isinstance(node, nodes.For) for node in inner):
        raise BadPromptError(f"{where}: a loop within a loop; one level is allowed")


def _require_plain_filter(where: str, applied: nodes.Filter) -> None:
    if applied.name not in _FILTERS:
        message = f"{where}: no filter {applied.name!r}; there are {', '.join(_FILTERS)}"
        raise BadPromptError(message)
    # Chained or computed, a filter could multiply a table with itself.
    is_plain = isinstance(applied.node, nodes.Name | nodes.Getattr) and all(
        isinstance(argument, nodes.Const) for argument in applied.args
    )
    if not is_plain or applied.kwargs or applied.dyn_args or applied.dyn_kwargs:
        message = f"{where}: the filter {applied.name!r} belongs to one variable, with plain text"
        raise BadPromptError(message)
