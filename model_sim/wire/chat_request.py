"""Reads the body of POST /v1/chat/completions."""

from model_sim.errors import WireError
from model_sim.question import Api, Question
from model_sim.values import Row, compact, digest, row_of, rows_of, text_of
from model_sim.wire.parts import Dialect, check_parameters, model_of, read_said, token_limit
from model_sim.wire.strict_schema import named_schema

_DIALECT = Dialect(
    list_name="messages",
    text_kinds=frozenset({"text"}),
    image_kind="image_url",
    parameters=frozenset(
        {
            "messages", "model", "max_tokens", "max_completion_tokens", "temperature", "top_p",
            "n", "seed", "stop", "store", "stream", "user", "metadata", "response_format",
            "reasoning_effort", "verbosity", "tools", "tool_choice", "parallel_tool_calls",
            "presence_penalty", "frequency_penalty", "logprobs", "service_tier",
            "prompt_cache_key", "safety_identifier",
        }
    ),
)  # fmt: skip


def read_chat(body: Row) -> Question:
    """The question in the body. Raises: WireError 400 for what the API does not accept."""
    check_parameters(body, _DIALECT)
    model = model_of(body)
    content = read_said(body.get("messages"), _DIALECT)
    wanted = row_of(body.get("response_format"))
    tool = _forced_tool(body)
    schema = row_of(tool.get("parameters")) or _schema(wanted)
    return Question(
        api=Api.CHAT,
        model=model,
        texts=content.texts,
        images=content.images,
        fingerprint=digest(compact(body)),
        schema=schema,
        wants_json=wanted.get("type") == "json_object",
        max_output=token_limit(body, "max_completion_tokens", "max_tokens"),
        tool=text_of(tool.get("name")),
    )


def _schema(wanted: Row) -> Row | None:
    kind = wanted.get("type", "text")
    if kind not in {"text", "json_object", "json_schema"}:
        message = f"Invalid value: '{kind}'. Supported values are: 'json_object', 'json_schema', "
        param = "response_format.type"
        raise WireError(400, f"{message}and 'text'.", param=param, code="invalid_value")
    if kind != "json_schema":
        return None
    return named_schema(row_of(wanted.get("json_schema")), "response_format.json_schema")


def _forced_tool(body: Row) -> Row:
    """The function that must be called; empty if none is forced."""
    functions = [row_of(row_of(tool).get("function")) for tool in rows_of(body.get("tools"))]
    choice = body.get("tool_choice")
    if choice == "required" and functions:
        return functions[0]
    wanted = row_of(row_of(choice).get("function")).get("name")
    return next((one for one in functions if wanted and one.get("name") == wanted), {})
