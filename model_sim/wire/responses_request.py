"""Reads the body of POST /v1/responses."""

from model_sim.errors import WireError
from model_sim.question import Api, Question
from model_sim.values import Row, compact, digest, row_of, text_of
from model_sim.wire.parts import (
    Content,
    Dialect,
    check_parameters,
    model_of,
    read_said,
    token_limit,
)
from model_sim.wire.strict_schema import named_schema

_LEAST_OUTPUT = 16

_DIALECT = Dialect(
    list_name="input",
    text_kinds=frozenset({"input_text", "output_text"}),
    image_kind="input_image",
    parameters=frozenset(
        {
            "input", "instructions", "model", "max_output_tokens", "temperature", "top_p",
            "store", "stream", "user", "metadata", "text", "reasoning", "include", "truncation",
            "background", "parallel_tool_calls", "previous_response_id", "service_tier",
            "prompt_cache_key", "safety_identifier", "tools", "tool_choice",
        }
    ),
)  # fmt: skip


def read_responses(body: Row) -> Question:
    """The question in the body. Raises: WireError 400 for what the API does not accept."""
    check_parameters(body, _DIALECT)
    model = model_of(body)
    content = _content(body.get("input"))
    instructions = text_of(body.get("instructions"))
    wanted = row_of(row_of(body.get("text")).get("format"))
    return Question(
        api=Api.RESPONSES,
        model=model,
        texts=(*([instructions] if instructions else []), *content.texts),
        images=content.images,
        fingerprint=digest(compact(body)),
        schema=_schema(wanted),
        wants_json=wanted.get("type") == "json_object",
        max_output=token_limit(body, "max_output_tokens", lowest=_LEAST_OUTPUT),
    )


def _content(said: object) -> Content:
    if isinstance(said, str):
        return Content((said,), ())
    return read_said(said, _DIALECT)


def _schema(wanted: Row) -> Row | None:
    kind = wanted.get("type", "text")
    if kind not in {"text", "json_object", "json_schema"}:
        message = f"Invalid value: '{kind}'. Supported values are: 'json_object', 'json_schema', "
        raise WireError(
            400, f"{message}and 'text'.", param="text.format.type", code="invalid_value"
        )
    return named_schema(wanted, "text.format") if kind == "json_schema" else None
