"""The question by which a model is looked at before charts are shown to it (analysis.md §3.10)."""

import json
from dataclasses import replace
from datetime import timedelta

from adapters.answers.unwrapping import unwrapped
from adapters.openai.probe_picture import new_code, picture_of
from adapters.openai.probes import code_question, ready_question
from trading.failures import Failure, FailureCode
from trading.model_port import Probe
from trading.replies import FinishState, ModelReply

_PATIENCE = timedelta(seconds=30)
"""Whoever looks has other things to do; a model that takes longer is asked about charts as is."""


def first_question(with_picture: bool) -> Probe:
    """A small picture with a fresh code and a tiny schema, or the schema alone."""
    if not with_picture:
        return Probe(replace(ready_question(), deadline=_PATIENCE), _judge_ready)
    code = new_code()

    def judge(reply: ModelReply) -> Failure | None:
        return _judge_code(reply, code)

    return Probe(replace(code_question(picture_of(code)), deadline=_PATIENCE), judge)


def _judge_ready(reply: ModelReply) -> Failure | None:
    unreadable = _check_end(reply)
    if unreadable is not None or isinstance(_object_in(reply).get("ready"), bool):
        return unreadable
    return Failure(FailureCode.SCHEMA, "the schema of the first question was not obeyed")


def _judge_code(reply: ModelReply, code: str) -> Failure | None:
    unreadable = _check_end(reply)
    if unreadable is not None or str(_object_in(reply).get("code")).upper() == code:
        return unreadable
    if code in (reply.text or "").upper():
        return Failure(FailureCode.SCHEMA, "the picture was seen and the schema not obeyed")
    return Failure(FailureCode.VISION_NOT_SEEN, "the code in the picture was not read")


def _check_end(reply: ModelReply) -> Failure | None:
    if reply.finish is FinishState.TRUNCATED:
        return Failure(FailureCode.TRUNCATED, "no room was left for an answer")
    if reply.refusal or reply.finish is FinishState.FILTERED:
        return Failure(FailureCode.REFUSAL, "the first question was declined")
    if not (reply.text or "").strip():
        return Failure(FailureCode.EMPTY, "the reply has no content")
    return None


def _object_in(reply: ModelReply) -> dict[str, object]:
    try:
        parsed = json.loads(unwrapped(reply.text or ""))
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}
