"""How an analyst's opinion is shown that was asked for by hand."""

from dataclasses import dataclass

import typer

from cli.output import cell, print_json, say
from tasks.analysis import Judgement
from tasks.opinion_status import OpinionStatus, study_status
from tasks.study import Study
from trading.analysis import Abstention, Analysis
from trading.confidence_words import told
from trading.reasons import Refused

FAILED = 1

_NO_ORDER = "Nothing was sent: an opinion by hand never becomes an order."


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the analyst said, None if it was not asked, and what the rules made of it."""

    answer: Analysis | Abstention | None
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Shown:
    """An opinion as one object."""

    symbol: str
    status: OpinionStatus
    picture: str | None
    opinion: Opinion


def tell_unseen(symbol: str, refused: Refused, *, as_json: bool) -> None:
    """Say that the market was not worth a question, and leave with exit code 1."""
    if as_json:
        print_json({"symbol": symbol, "status": OpinionStatus.UNSEEN, "refused": refused})
    else:
        say(unseen_line(symbol, refused))
    raise typer.Exit(FAILED)


def tell_opinion(study: Study, *, picture: str | None, as_json: bool) -> None:
    """Show the verdict and its reasons; leaves with exit code 1 if the model abstained."""
    status = study_status(study)
    if as_json:
        print_json(Shown(study.symbol, status, picture, opinion_of(study)))
    else:
        say_opinion(study, status, picture)
        say(_NO_ORDER)
    if status is OpinionStatus.ABSTAINED:
        raise typer.Exit(FAILED)


def opinion_of(study: Study) -> Opinion:
    """The part of a study that somebody thought."""
    return Opinion(study.answer, study.judgement)


def unseen_line(symbol: str, refused: Refused) -> str:
    """Why the market was not worth a question."""
    return f"{symbol} was not asked about ({refused.reason}): {refused.detail}"


def say_opinion(study: Study, status: OpinionStatus, picture: str | None) -> None:
    """The verdict with its reasons, line by line."""
    assert study.snapshot is not None  # nobody has an opinion of an unseen market
    market = study.snapshot
    say(f"{market.symbol} {market.interval}, {cell(market.as_of)} UTC: {status}")
    for line in _lines(study):
        say(f"  {line}")
    if picture is not None:
        say(f"  picture: {picture}")


def _lines(study: Study) -> list[str]:
    answer, judged = study.answer, study.judgement
    if not isinstance(answer, Analysis):
        return [] if answer is None else [f"{answer.code}: {answer.detail}"]
    lines = [_levels(answer), *answer.reasons]
    if judged.confidence is not None:
        lines += told(judged.confidence)
    if judged.refused is not None and answer.action.direction is not None:
        lines.append(f"refused ({judged.refused.reason}): {judged.refused.detail}")
    return lines


def _levels(answer: Analysis) -> str:
    if answer.action.direction is None:
        return f"flat ({answer.flat_reason}), p_up {answer.p_up} %"
    return (
        f"{answer.action}, stop {answer.stop_loss}, target {answer.take_profit}, "
        f"p_up {answer.p_up} %, within {answer.horizon_bars} bars"
    )
