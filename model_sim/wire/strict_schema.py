"""The subset of JSON schema that strict structured output accepts, checked as OpenAI does.

https://platform.openai.com/docs/guides/structured-outputs#supported-schemas, read 2026-11-21: the
root is an object, every object names all its properties as required and allows no others.
"""

from collections.abc import Iterator

from model_sim.errors import WireError
from model_sim.values import Row, row_of, rows_of, text_of

_DEEPEST = 10
_NAME_LENGTH = 64
_REFUSED = (
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "patternProperties",
)


def named_schema(holder: Row, param: str) -> Row:
    """The schema in an object {name, strict, schema}.

    Raises: WireError 400 with the place at fault, also for a strict schema outside the subset.
    """
    name = text_of(holder.get("name"))
    is_plain = name.replace("_", "").replace("-", "").isalnum() and name.isascii()
    if not is_plain or len(name) > _NAME_LENGTH:
        message = f"Missing required parameter: '{param}.name'."
        raise WireError(400, message, param=f"{param}.name", code="missing_required_parameter")
    schema = row_of(holder.get("schema"))
    if not schema:
        message = f"Missing required parameter: '{param}.schema'."
        raise WireError(400, message, param=f"{param}.schema", code="missing_required_parameter")
    if holder.get("strict"):
        fault = next(_faults(schema), None)
        if fault is not None:
            message = f"Invalid schema for response_format '{name}': {fault}"
            raise WireError(400, message, param=param, code="invalid_json_schema")
    return schema


def _faults(schema: Row) -> Iterator[str]:
    if schema.get("type") != "object":
        kind = schema.get("type")
        yield f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."
        return
    yield from _faults_at(schema, ())
    for name, definition in row_of(schema.get("$defs")).items():
        yield from _faults_at(row_of(definition), ("$defs", name))


def _faults_at(schema: Row, place: tuple[str, ...]) -> Iterator[str]:
    context = f"In context=({', '.join(repr(part) for part in place)})"
    if len(place) > 2 * _DEEPEST:
        yield f"{context}, the schema is nested too deeply."
        return
    for keyword in _REFUSED:
        if keyword in schema:
            yield f"{context}, '{keyword}' is not permitted."
    if "properties" in schema or schema.get("type") == "object":
        yield from _object_faults(schema, context)
    for name, one in row_of(schema.get("properties")).items():
        yield from _faults_at(row_of(one), (*place, "properties", name))
    if "items" in schema:
        yield from _faults_at(row_of(schema["items"]), (*place, "items"))
    for index, one in enumerate(rows_of(schema.get("anyOf"))):
        yield from _faults_at(row_of(one), (*place, "anyOf", str(index)))


def _object_faults(schema: Row, context: str) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield f"{context}, 'additionalProperties' is required to be supplied and to be false."
    required = rows_of(schema.get("required"))
    missing = [name for name in row_of(schema.get("properties")) if name not in required]
    if missing:
        yield (
            f"{context}, 'required' is required to be supplied and to be an array including "
            f"every key in properties. Missing '{missing[0]}'."
        )
