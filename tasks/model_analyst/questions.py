"""A request to a model as the question that its answer is stored under."""

import hashlib
from dataclasses import replace

from tasks.model_analyst.desk import ModelDesk
from trading.cache_keys import Question
from trading.first_look import PROBE_VERSION
from trading.model_answer import ANSWER_VERSION
from trading.replies import ModelRequest, Purpose

_FREE_WORDS = "words"
"""In place of a schema's version, where an answer is free."""


def question_of(
    desk: ModelDesk, request: ModelRequest, *, prompt_fingerprint: str, attempt: int
) -> Question:
    """All that decides the answer to `request`; `attempt` counts the tries of one decision."""
    identity = desk.model.identity
    return Question(
        provider=identity.provider,
        host=identity.host,
        model=identity.model,
        api=identity.api,
        mode=identity.mode,
        options=replace(identity.options, max_output_tokens=request.max_output_tokens),
        prompt_fingerprint=prompt_fingerprint,
        system=request.system,
        user=request.user,
        images=tuple(hashlib.sha256(png).hexdigest() for png in request.images),
        schema_version=_schema_version(request),
        sample=attempt - 1,
    )


def _schema_version(request: ModelRequest) -> str:
    if request.schema is None:
        return _FREE_WORDS
    return PROBE_VERSION if request.purpose is Purpose.PROBE else ANSWER_VERSION
