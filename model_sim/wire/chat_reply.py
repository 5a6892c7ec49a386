"""Writes the body of an answer of POST /v1/chat/completions."""

from model_sim.question import Answer, Finish, Question, Usage
from model_sim.values import Row, digest


def chat_body(question: Question, answer: Answer, *, seed: int, created: int) -> Row:
    """A chat completion; `created` in seconds UTC. Identifiers come from question and seed."""
    mark = digest("chat", seed, question.fingerprint)
    body: Row = {
        "id": f"chatcmpl-{mark[:29]}",
        "object": "chat.completion",
        "created": created,
        "model": answer.model,
        "choices": [
            {
                "index": 0,
                "message": _message(question, answer, mark),
                "logprobs": None,
                "finish_reason": answer.finish.value,
            }
        ],
        "service_tier": "default",
        "system_fingerprint": f"fp_{digest('server', seed)[:10]}",
    }
    if answer.usage is not None:
        body["usage"] = _usage(answer.usage)
    return body


def _message(question: Question, answer: Answer, mark: str) -> Row:
    message: Row = {
        "role": "assistant",
        "content": answer.content,
        "refusal": answer.refusal,
        "annotations": [],
    }
    if question.tool and answer.content is not None and answer.finish is Finish.STOP:
        function = {"name": question.tool, "arguments": answer.content}
        call = {"id": f"call_{mark[:24]}", "type": "function", "function": function}
        return {**message, "content": None, "tool_calls": [call]}
    return message


def _usage(usage: Usage) -> Row:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
