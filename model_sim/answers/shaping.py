"""Gives a value the shape a JSON schema asks for; what nobody knows is filled minimally."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from model_sim.values import Row, row_of, rows_of, text_of

_DEEPEST = 12  # two more than OpenAI allows; a schema may contain itself


def shape(value: object, schema: Row, *, root: Row | None = None, depth: int = 0) -> object:
    """`value` as far as it fits the schema; null, the first choice or a small value elsewhere.

    Objects get exactly the properties the schema names. `root` holds what `$ref` points to.
    """
    root = schema if root is None else root
    schema = resolve(schema, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _choice(value, rows_of(schema["enum"]))
    if depth > _DEEPEST:
        return None
    branch = _branch(value, schema, root)
    if branch is not None:
        return shape(value, branch, root=root, depth=depth + 1)
    return _shape_type(value, schema, root, depth + 1)


def resolve(schema: Row, root: Row) -> Row:
    """The schema a `$ref` into the same document points to, or the schema itself."""
    reference = text_of(schema.get("$ref"))
    if not reference.startswith("#"):
        return schema
    found: object = root
    for part in reference.split("/")[1:]:
        found = row_of(found).get(part)
    return row_of(found)


def _choice(value: object, choices: object) -> object:
    options = list(rows_of(choices))
    if value in options:
        return value
    same = (one for one in options if str(one).lower() == str(value).lower())
    return next(same, options[0] if options and None not in options else None)


def _branch(value: object, schema: Row, root: Row) -> Row | None:
    """The alternative of `anyOf`, or of a list of types, that fits the value."""
    kinds = rows_of(schema.get("type"))
    alternatives = [{**schema, "type": kind} for kind in kinds] or [
        resolve(row_of(one), root) for one in rows_of(schema.get("anyOf"))
    ]
    if not alternatives:
        return None
    fitting = (one for one in alternatives if _fits(value, text_of(one.get("type"))))
    return next(fitting, alternatives[0])


_FITS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "null": lambda value: value is None,
        "boolean": lambda value: isinstance(value, bool),
        "string": lambda value: isinstance(value, str),
        "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
        "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
        "array": lambda value: isinstance(value, list),
        "object": lambda value: isinstance(value, dict),
    }
)
_SMALL: Mapping[str, object] = MappingProxyType(
    {"null": None, "boolean": True, "string": "none", "integer": 1, "number": 1}
)


def _fits(value: object, kind: str) -> bool:
    return kind in _FITS and _FITS[kind](value)


def _shape_type(value: object, schema: Row, root: Row, depth: int) -> object:
    kind = text_of(schema.get("type")) or ("object" if "properties" in schema else "string")
    if kind == "object":
        known = row_of(value)
        return {
            name: shape(known.get(name), row_of(one), root=root, depth=depth)
            for name, one in row_of(schema.get("properties")).items()
        }
    if kind == "array":
        items = row_of(schema.get("items"))
        return [shape(one, items, root=root, depth=depth) for one in rows_of(value)]
    return value if _fits(value, kind) else _SMALL.get(kind)
