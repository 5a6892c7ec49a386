"""Writes the body of an answer of POST /v1/responses."""

from collections.abc import Mapping
from types import MappingProxyType

from model_sim.question import Answer, Finish, Question, Usage
from model_sim.values import Row, digest

_INCOMPLETE: Mapping[Finish, str] = MappingProxyType(
    {Finish.LENGTH: "max_output_tokens", Finish.FILTER: "content_filter"}
)


def responses_body(question: Question, answer: Answer, *, seed: int, created: int) -> Row:
    """A response object; `created` in seconds UTC. Identifiers come from question and seed."""
    mark = digest("responses", seed, question.fingerprint)
    reason = _INCOMPLETE.get(answer.finish)
    status = "completed" if reason is None else "incomplete"
    return {
        "id": f"resp_{mark[:48]}",
        "object": "response",
        "created_at": created,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None if reason is None else {"reason": reason},
        "instructions": None,
        "max_output_tokens": question.max_output,
        "model": answer.model,
        "output": _output(answer, mark, status),
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default",
        "store": False,
        "temperature": 1.0,
        "text": {"format": _format(question), "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None if answer.usage is None else _usage(answer.usage),
        "user": None,
        "metadata": {},
    }


def _output(answer: Answer, mark: str, status: str) -> list[Row]:
    items: list[Row] = []
    if answer.usage is not None and answer.usage.reasoning:
        items.append({"id": f"rs_{mark[:48]}", "type": "reasoning", "summary": []})
    content: Row = {"type": "output_text", "annotations": [], "logprobs": []}
    if answer.refusal is not None:
        content = {"type": "refusal", "refusal": answer.refusal}
    elif answer.content is None:
        return items
    else:
        content["text"] = answer.content
    items.append(
        {
            "id": f"msg_{mark[:48]}",
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": [content],
        }
    )
    return items


def _format(question: Question) -> Row:
    if question.schema is None:
        return {"type": "json_object" if question.wants_json else "text"}
    return {"type": "json_schema", "name": "answer", "strict": True, "schema": question.schema}


def _usage(usage: Usage) -> Row:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }
