"""A model behind the OpenAI API, opened: asked with retries, phrased by Jinja2, read strictly."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from functools import partial

import structlog

from adapters.answers.reading import read_answer
from adapters.answers.schema import response_schema
from adapters.openai.access import ModelAccess
from adapters.openai.client import connect_model, usual_timeouts
from adapters.openai.first_question import first_question
from adapters.openai.limited import CallLimit
from adapters.openai.mode import mode_of
from adapters.openai.model import Model
from adapters.prompts.rendering import render
from adapters.prompts.variables import Question, variables_of
from trading.arms import Arm
from trading.cache_keys import CallOptions
from trading.capabilities import Capability
from trading.model_port import Around, ModelIdentity, OpenModel
from trading.prompts import Prompt, PromptTexts
from trading.replies import ModelReply, ModelRequest
from trading.snapshot import MarketSnapshot

log = structlog.get_logger()


@contextmanager
def open_model(
    access: ModelAccess,
    capability: Capability,
    question: Question,
    *,
    calls_at_once: int,
    max_output_tokens: int,
) -> Iterator[OpenModel]:
    """The model while the block runs. Nothing is sent before it is asked.

    Raises:
        MisconfiguredError: the address, the key or a certificate cannot be used.
    """
    timeouts = usual_timeouts(access, reasons=capability.reasons)
    with closing(connect_model(access, timeouts=timeouts)) as client:
        model = Model(client, capability, CallLimit(calls_at_once))

        def ask(request: ModelRequest, around: Around) -> ModelReply:
            return model.ask(request, around=around)

        def phrase(texts: PromptTexts, snapshot: MarketSnapshot, arm: Arm) -> Prompt:
            return render(texts, variables_of(snapshot, question, arm))

        identity = _identity(access, capability, max_output_tokens)
        log.info(
            "model opened",
            host=identity.host,
            model=identity.model,
            api=identity.api,
            mode=identity.mode,
        )
        yield OpenModel(
            identity=identity,
            ask=ask,
            phrase=phrase,
            read=partial(read_answer, strict=capability.is_held_to_schema),
            schema=response_schema(),
            probe=first_question,
        )


def _identity(
    access: ModelAccess, capability: Capability, max_output_tokens: int
) -> ModelIdentity:
    temperature = access.temperature
    return ModelIdentity(
        provider="openai",
        host=access.server,
        model=access.model,
        api=capability.api,
        mode=mode_of(capability),
        options=CallOptions(
            max_output_tokens=max_output_tokens,
            temperature=None if temperature is None else Decimal(str(temperature)),
            effort=access.effort,
            seed=access.seed,
            detail="high",
        ),
    )
