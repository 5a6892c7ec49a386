"""How an analyst's opinion is shown that was asked for by hand."""

from dataclasses import dataclass

import typer

from cli.output import cell, print_json, say
from tasks.by_hand import Opinion
from trading.analysis import Abstention, Analysis
from trading.reasons import Refused
from trading.snapshot import MarketSnapshot

FAILED = 1

_NO_ORDER = "Nothing was sent: an opinion by hand never becomes an order."


@dataclass(frozen=True, slots=True)
class Shown:
    """An opinion as one object; `status` is signal, refused, flat or abstained."""

    symbol: str
    status: str
    picture: str | None
    opinion: Opinion


def tell_unseen(symbol: str, refused: Refused, *, as_json: bool) -> None:
    """Say that the market was not worth a question, and leave with exit code 1."""
    if as_json:
        print_json({"symbol": symbol, "status": "unseen", "refused": refused})
    else:
        say(f"{symbol} was not asked about ({refused.reason}): {refused.detail}")
    raise typer.Exit(FAILED)


def tell_opinion(
    snapshot: MarketSnapshot, opinion: Opinion, *, picture: str | None, as_json: bool
) -> None:
    """Show the verdict and its reasons; leaves with exit code 1 if the model abstained."""
    status = _status(opinion)
    if as_json:
        print_json(Shown(snapshot.symbol, status, picture, opinion))
    else:
        say(f"{snapshot.symbol} {snapshot.interval}, {cell(snapshot.as_of)} UTC: {status}")
        for line in _lines(opinion):
            say(f"  {line}")
        if picture is not None:
            say(f"  picture: {picture}")
        say(_NO_ORDER)
    if isinstance(opinion.answer, Abstention):
        raise typer.Exit(FAILED)


def _status(opinion: Opinion) -> str:
    if isinstance(opinion.answer, Abstention):
        return "abstained"
    if opinion.answer.action.direction is None:
        return "flat"
    return "signal" if opinion.judgement.refused is None else "refused"


def _lines(opinion: Opinion) -> list[str]:
    answer, judged = opinion.answer, opinion.judgement
    if isinstance(answer, Abstention):
        return [f"{answer.code}: {answer.detail}"]
    lines = [_levels(answer), *answer.reasons]
    if judged.confidence is not None:
        sure = judged.confidence
        said = f"model says {answer.probabilities.tp_first} %, " if answer.probabilities else ""
        lines.append(
            f"target before stop: {said}without an edge {sure.probability:.0%}, break-even "
            f"{sure.break_even:.0%}"
        )
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
