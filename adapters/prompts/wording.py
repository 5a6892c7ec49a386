"""Rules about what a prompt says in its own words, comments left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.prompts.problems import Problem, Rule, Severity
from trading.canonical import Json
from trading.prompt_tables import EXTERNAL_TAG
from trading.prompts import PromptTexts

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# A number stands alone; `ema_20` and `analysis.v1` are names.
_ALONE = r"(?<![\w.])"
_PRICE = re.compile(
    rf"[$€]\s?\d|{_ALONE}\d{{1,3}}(?:[,_'’]\d{{3}})+|{_ALONE}\d+(?:\.\d+)?[kK]\b"
    rf"|{_ALONE}\d{{4,}}\b|{_ALONE}\d+\.\d+"
)
_CHANCE_WORDS = "p_up|tp_first|sl_first|neither|confidence|probability|chance|conviction|certainty"
_CHANCE = re.compile(
    rf"{_ALONE}\d{{1,3}}\s?(?:%|percent\b|per cent\b)"
    rf"|\b(?:{_CHANCE_WORDS})\b[\"'`]?\s*(?:is|of|at|=|:|[<>]=?|above|over|below|under)?\s*"
    r"(?!(?:0|1|99|100)\b)\d{1,3}\b",
    re.IGNORECASE,
)
_SYMBOL = re.compile(
    r"\b[A-Z0-9]{2,15}(?:USDT|USDC|USD|PERP)\b"
    r"|\b(?:BTC|ETH|SOL|XRP|DOGE|BNB|ADA|[Bb]itcoin|[Ee]thereum|[Ss]olana)\b"
)
_STAY_OUT = r"(?:hold(?:ing)?|flat|wait(?:ing)?|no trade|doing nothing|stay(?:ing)? out)"
_FORCE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_STAY_OUT}\b[^.;\n]{{0,40}}\b(?<!not )(?:prohibited|forbidden|banned|unacceptable"
        r"|not allowed|not an option|not acceptable)\b",
        rf"\b(?:never|do not|don't|must not|may not|avoid)\b[^.;\n]{{0,30}}\b{_STAY_OUT}\b",
        r"\b(?:must(?! not)|have to|has to|always|required to|forced to)\b[^.;\n]{0,30}"
        r"\b(?:trade|buy|sell|enter|(?:open|take) a (?:position|trade)|go (?:long|short)"
        r"|(?:choose|pick) (?:a side|a direction|long|short))\b",
    )
)
_RECOMPUTE = re.compile(r"\b(?:do not|don't|never) re-?(?:compute|calculate)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.;:])\s+|\n\s*\n|\n\s*[-*]\s")
_EVENT = re.compile(r"\b(?:chance|probability|likelihood)\b.*\b(?:that|before|of)\b", re.DOTALL)
_MUST_BE_TOLD = ("allowed_actions", "snapshot_table")


@dataclass(frozen=True, slots=True)
class Template:
    """One template without its comments, and the variables it reads."""

    name: str
    text: str
    variables: frozenset[str]


def without_comments(source: str) -> str:
    """The template with its comments emptied; every line keeps its number."""
    return _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), source)


def literal_problems(template: Template) -> Iterator[Problem]:
    """Numbers and names that an answer would be drawn to, and words that force a trade."""
    for rule, pattern, advice in (
        (Rule.LITERAL_PRICE, _PRICE, "reads as a price and anchors; use a variable or words"),
        (Rule.LITERAL_CHANCE, _CHANCE, "reads as a probability and anchors; define the event"),
        (Rule.LITERAL_SYMBOL, _SYMBOL, "is a literal symbol; write {{ symbol }}"),
        *((Rule.FORCE, force, "forces a trade; FLAT is an answer too") for force in _FORCE),
    ):
        for found in pattern.finditer(template.text):
            line = template.text.count("\n", 0, found.start()) + 1
            message = f"{' '.join(found.group().split())!r} {advice}"
            yield Problem(rule, message, template.name, line)


def promise_problems(templates: tuple[Template, Template]) -> Iterator[Problem]:
    """What every prompt has to tell: costs, that numbers are computed, the facts, the choices."""
    told = templates[0].variables | templates[1].variables
    if "fee_roundtrip_pct" not in told:
        yield Problem(Rule.COSTS, "costs are not stated; write {{ fee_roundtrip_pct }}")
    if not any(_RECOMPUTE.search(template.text) for template in templates):
        message = "nothing says that the numbers are computed; write `do not recompute`"
        yield Problem(Rule.RECOMPUTE, message)
    for name in _MUST_BE_TOLD:
        if name not in told:
            message = f"{name} is not told, though answers are held against it"
            yield Problem(Rule.UNTOLD, message, severity=Severity.WARNING)


def event_problems(
    templates: tuple[Template, Template], response_schema: Json
) -> Iterator[Problem]:
    """Probabilities of the answer that no sentence defines as the chance of an event."""
    sentences = [one for template in templates for one in _SENTENCE.split(template.text)]
    for name in probability_fields(response_schema):
        # Its definition may stand after a colon: the sentence and the one that follows it.
        word = re.compile(rf"\b{re.escape(name)}\b")
        near = [
            " ".join(sentences[at : at + 2])
            for at, sentence in enumerate(sentences)
            if word.search(sentence)
        ]
        if not any(_EVENT.search(text) for text in near):
            message = f"{name} is not defined as an event; write `{name}: the chance that ...`"
            yield Problem(Rule.EVENT, message)


def external_problems(template: Template, texts: PromptTexts) -> Iterator[Problem]:
    """News that is not kept apart from what the desk says."""
    if "news_block" not in template.variables:
        return
    if template.name == "system":
        message = "text of others stands among the instructions; write news_block in user"
        yield Problem(Rule.EXTERNAL, message, template.name)
    if not re.search(r"\{\{-?\s*news_block\s*-?\}\}", template.text):
        message = "news_block is altered; write {{ news_block }} so that its delimiters stay"
        yield Problem(Rule.EXTERNAL, message, template.name)
    said = (texts.system + "\n\n" + texts.user).lower()
    if not re.search(rf"{EXTERNAL_TAG}[^;]*?\binstruction", said):
        message = f"say that text inside <{EXTERNAL_TAG}> is data and no instruction"
        yield Problem(Rule.EXTERNAL, message, template.name)


def probability_fields(response_schema: Json) -> tuple[str, ...]:
    """Fields of the answer that are probabilities: `p_…`, and all inside `probabilities`."""
    return tuple(dict.fromkeys(_probabilities(response_schema, inside=False)))


def _probabilities(part: Json, *, inside: bool) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _probabilities(item, inside=inside)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key != "properties" or not isinstance(value, dict):
            yield from _probabilities(value, inside=inside)
            continue
        for name, field in value.items():
            if inside or name.startswith("p_"):
                yield name
            yield from _probabilities(field, inside=name == "probabilities")
