"""The content of an answer: JSON in the shape asked for, or a few sentences."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from model_sim.answers.analysis import analysis
from model_sim.answers.facts import Facts, read_facts
from model_sim.answers.reading_back import extremes, last_move
from model_sim.answers.shaping import resolve, shape
from model_sim.question import Question
from model_sim.sight.looking import UNREAD, Sight, look
from model_sim.values import Row, row_of, rows_of

_SECOND_PICTURE = re.compile(r"\bsecond picture\b", re.I)
_TOLD_CODE = re.compile(r"\bcode\b\W{1,4}([A-Z0-9?]{4})\b", re.I)


def content_of(question: Question, seed: int) -> str:
    """What the model says; equal questions and seeds give equal contents.

    Raises: PictureError for an image that is no picture.
    """
    facts = read_facts(question.text)
    sight = _seen(question)
    schema = question.schema or _schema_in(question.text)
    if schema is not None:
        known = analysis(facts, sight, seed=seed, citable=_citable(schema))
        return json.dumps(shape({**known, "code": sight.code}, schema), ensure_ascii=False)
    said = _sentences(facts, sight, sees=bool(question.images))
    return json.dumps({"answer": said, "code": sight.code}) if question.wants_json else said


def _seen(question: Question) -> Sight:
    """What it sees; who misses a picture that the words speak of has seen none he trusts."""
    if not question.images:
        return _told(question.text)
    sight = look(question.images)
    if len(question.images) < 2 and _SECOND_PICTURE.search(question.text):
        return replace(sight, code=UNREAD)
    return sight


def _told(text: str) -> Sight:
    """What someone else saw and put into words: the second of two steps without a picture."""
    codes = [code.upper() for code in _TOLD_CODE.findall(text) if code.isupper()]
    return Sight(codes[-1]) if codes else Sight()


def _sentences(facts: Facts, sight: Sight, *, sees: bool) -> str:
    if not sees:
        return "OK. No picture came with the question."
    if sight.code == UNREAD:
        return f"Chart code: {UNREAD}. No chart can be made out."
    said = [f"Chart code: {sight.code}."]
    if sight.last_move is not None:
        said.append(f"The last candle closed {last_move(facts, sight)}.")
    seen = extremes(facts, sight)
    if seen is not None:
        said.append(f"The visible high is {seen.high} and the visible low is {seen.low}.")
    return " ".join(said)


def _citable(schema: Row) -> Sequence[str]:
    """The names that the schema allows evidence to cite; none if it does not say."""
    here = schema
    for name in ("evidence", "field"):
        properties = row_of(resolve(here, schema).get("properties"))
        here = resolve(row_of(properties.get(name)), schema)
        if name == "evidence":
            here = resolve(row_of(here.get("items")), schema)
    return [str(name) for name in rows_of(here.get("enum"))]


def _schema_in(text: str) -> Row | None:
    """A JSON schema of an object that is written out in the words of the question."""
    start = text.find("{")
    while start >= 0:
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            found = None
        if isinstance(found, dict) and isinstance(found.get("properties"), dict):
            return found
        start = text.find("{", start + 1)
    return None
