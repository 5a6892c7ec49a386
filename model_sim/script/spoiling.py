"""Spoils a question on its way in, or an answer on its way out."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from types import MappingProxyType

from PIL import Image

from model_sim.question import Answer, Finish, Question, Usage
from model_sim.script.steps import Kind, Step
from model_sim.sight.looking import decode
from model_sim.values import row_of

_COARSER = 8
_REFUSAL = "I'm sorry, but I can't assist with that request."
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')
_WIDE = str.maketrans("{}[]:,", "｛｝［］：，")


def spoil_question(step: Step, question: Question) -> Question:
    """The question as a proxy would pass it on: its pictures dropped or made coarse."""
    match step.kind:
        case Kind.DROP_IMAGE:
            return replace(question, images=_without(step.whole("place"), question.images))
        case Kind.ALTER_IMAGE:
            return replace(question, images=tuple(map(_coarsened, question.images)))
        case _:
            return question


def spoil_answer(step: Step, answer: Answer) -> Answer:
    """The answer with what the step does to it."""
    spoil = _SPOILERS.get(step.kind)
    return answer if spoil is None else spoil(step, answer)


def spoil_bill(step: Step, usage: Usage) -> Usage | None:
    """The bill as the step wants it: none, or with other numbers."""
    match step.kind:
        case Kind.NO_USAGE:
            return None
        case Kind.USAGE:
            return Usage(
                input=step.whole("input", usage.input),
                output=step.whole("output", usage.output),
                cached=step.whole("cached", usage.cached),
                reasoning=step.whole("reasoning", usage.reasoning),
            )
        case _:
            return usage


def _without(place: int, images: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The pictures but the one at `place`, counted from 1; none at all without a place."""
    if not place:
        return ()
    return tuple(one for number, one in enumerate(images, start=1) if number != place)


def _coarsened(image: bytes) -> bytes:
    """The picture reduced to an eighth and enlarged again: small letters do not survive."""
    picture = decode(image)
    small = picture.resize((max(1, picture.width // _COARSER), max(1, picture.height // _COARSER)))
    stream = BytesIO()
    small.resize(picture.size, Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


def _said(step: Step, answer: Answer) -> Answer:
    return replace(answer, content=step.text("text"))


def _truncated(step: Step, answer: Answer) -> Answer:
    content = answer.content or ""
    kept = content[: int(len(content) * step.number("keep", 0.5))]
    # A model that thought until its tokens were gone has said nothing at all.
    return replace(answer, content=kept or None, finish=Finish.LENGTH)


def _refused(step: Step, answer: Answer) -> Answer:
    return replace(answer, content=None, refusal=step.text("text") or _REFUSAL)


def _filtered(_step: Step, answer: Answer) -> Answer:
    return replace(answer, content=None, finish=Finish.FILTER)


def _emptied(_step: Step, answer: Answer) -> Answer:
    return replace(answer, content=None)


def _renamed(step: Step, answer: Answer) -> Answer:
    return replace(answer, model=step.text("name"))


def _huge(step: Step, answer: Answer) -> Answer:
    return replace(answer, content="x" * step.whole("bytes"))


def _mutated(step: Step, answer: Answer) -> Answer:
    """One value of the answer replaced; without `value` it is left out.

    An answer that is no JSON object, or has no such place, stays as it is.
    """
    try:
        document = json.loads(answer.content or "")
    except ValueError:
        return answer
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in _pointer(step)]
    holder: object = document
    for part in way:
        holder = _inside(holder, part)
    if isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        holder[int(last) : int(last) + 1] = [step.options["value"]] if _has_value(step) else []
    elif _has_value(step):
        row_of(holder)[last] = step.options["value"]
    else:
        row_of(holder).pop(last, None)
    return replace(answer, content=json.dumps(document, ensure_ascii=False))


def _pointer(step: Step) -> list[str]:
    return step.text("path").removeprefix("/").split("/")


def _has_value(step: Step) -> bool:
    return "value" in step.options


def _inside(holder: object, part: str) -> object:
    if isinstance(holder, list):
        return holder[int(part)] if part.isdigit() and int(part) < len(holder) else None
    return row_of(holder).get(part)


def _fenced(_step: Step, answer: Answer) -> Answer:
    return replace(answer, content=f"```json\n{answer.content or ''}\n```")


def _thought(_step: Step, answer: Answer) -> Answer:
    thinking = (
        "<think>\nThe averages say one thing, RSI another. I go with the averages.\n</think>"
    )
    return replace(answer, content=f"{thinking}\n\n{answer.content or ''}")


def _doubled(_step: Step, answer: Answer) -> Answer:
    return replace(answer, content=f"{answer.content or ''}\n{answer.content or ''}")


def _widened(_step: Step, answer: Answer) -> Answer:
    """Full-width punctuation outside the strings."""
    parts = _STRING.split(answer.content or "")
    wide = [part if index % 2 else part.translate(_WIDE) for index, part in enumerate(parts)]
    return replace(answer, content="".join(wide))


_SPOILERS: Mapping[Kind, Callable[[Step, Answer], Answer]] = MappingProxyType(
    {
        Kind.ANSWER: _said,
        Kind.TRUNCATE: _truncated,
        Kind.REFUSAL: _refused,
        Kind.FILTER: _filtered,
        Kind.EMPTY: _emptied,
        Kind.OTHER_MODEL: _renamed,
        Kind.HUGE: _huge,
        Kind.MUTATE: _mutated,
        Kind.FENCED: _fenced,
        Kind.THINK: _thought,
        Kind.DOUBLE: _doubled,
        Kind.FULLWIDTH: _widened,
    }
)
