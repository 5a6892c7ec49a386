"""What the stand-in cannot do, and how it shows: the way local servers differ from OpenAI."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import MappingProxyType

from model_sim.errors import WireError
from model_sim.question import Api, Question
from model_sim.script.steps import ScriptError
from model_sim.values import Row


class Support(StrEnum):
    """How a server takes what it is asked for."""

    YES = "yes"
    REFUSE = "refuse"
    """An error 400, as vLLM and LM Studio answer."""
    IGNORE = "ignore"
    """An answer as if it had not been asked."""


_WORDS: Mapping[object, Support] = MappingProxyType(
    {True: Support.YES, False: Support.REFUSE} | {word.value: word for word in Support}
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Pictures, schemas, both in one question, and the Responses API at all.

    Servers without it answer 404 to Responses, whichever of the two ways was chosen.
    """

    vision: Support = Support.YES
    json_schema: Support = Support.YES
    vision_and_schema: Support = Support.YES
    responses: Support = Support.YES

    def changed(self, wish: Row) -> "Capabilities":
        """These with the ones of a JSON object: true, false or a word of `Support`.

        Raises: ScriptError for a name or a word there is not.
        """
        names = [field.name for field in fields(self)]
        for name, word in wish.items():
            if name not in names:
                raise ScriptError(f"capability {name!r} is not known; there are {names}")
            if not isinstance(word, str | bool) or word not in _WORDS:
                allowed = "true, false, yes, refuse or ignore"
                raise ScriptError(f"capability {name} is {word!r}; it must be {allowed}")
        return replace(self, **{name: _WORDS[word] for name, word in wish.items()})

    def told(self) -> Row:
        """These as JSON."""
        return {field.name: getattr(self, field.name).value for field in fields(self)}

    def take(self, question: Question) -> Question:
        """The question as such a server understands it.

        Raises: WireError 400 or 404 for one it does not take.
        """
        if question.api is Api.RESPONSES and self.responses is not Support.YES:
            raise WireError(404, "Not Found", kind="not_found_error", code=404)
        if question.images and self.vision is not Support.YES:
            question = _without_images(question, self.vision)
        if question.schema is None or question.tool:
            return question
        if question.images and self.vision_and_schema is not Support.YES:
            return _without_schema(question, self.vision_and_schema, "together with images")
        if self.json_schema is not Support.YES:
            return _without_schema(question, self.json_schema, "by this model")
        return question


def _without_images(question: Question, support: Support) -> Question:
    if support is Support.REFUSE:
        # The words and the type of vLLM; its code is the status.
        message = "At most 0 image(s) may be provided in one prompt."
        raise WireError(400, message, kind="BadRequestError", code=400)
    return replace(question, images=())


def _without_schema(question: Question, support: Support, when: str) -> Question:
    if support is Support.REFUSE:
        message = f"Structured output (json_schema) is not supported {when}."
        raise WireError(400, message, kind="BadRequestError", param="response_format", code=400)
    return replace(question, schema=None)
