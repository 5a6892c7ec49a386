"""`analysis`: what the desk would make of a model's answer, and one question by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from adapters.answers.limits import LARGEST_ANSWER_BYTES
from adapters.answers.reading import read_answer
from cli.commands import analysis_run
from cli.options import AsJson
from cli.output import print_json, say
from trading.analysis import Action
from trading.chart import VISIBLE_CANDLES
from trading.errors import BadDataError, MisconfiguredError
from trading.failures import Failure, FailureCode, Remedy
from trading.grounding import Grounded, GroundingRules, GroundingView, ground
from trading.reasons import Reason, Refused
from trading.replies import FinishState, ModelReply
from trading.signals import SignalRules, validate
from trading.snapshot import MarketSnapshot
from trading.snapshot_json import snapshot_from_json

app = typer.Typer(help="Answers of models, asked for and judged by hand.", no_args_is_help=True)
app.command()(analysis_run.run)

_ABSTAINED = 1

SnapshotFile = Annotated[
    Path,
    typer.Option(
        "--snapshot", exists=True, dir_okay=False, help="The snapshot asked about, as JSON."
    ),
]
ReplyFile = Annotated[
    Path,
    typer.Option("--reply", exists=True, dir_okay=False, help="The model's answer; any bytes."),
]
ChartCode = Annotated[
    str, typer.Option(help="The code in the picture that was sent; none: no picture was.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Take nothing off the text, not even a code fence.")
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer: `decided` with an action, or `abstained` with a code.

    A decision with a code is kept and labelled, and nothing is sent for it.
    """

    status: str
    code: FailureCode | None
    action: str | None
    details: tuple[str, ...]


@app.callback()
def _analysis() -> None:
    """Answers of models, asked for and judged by hand."""


@app.command()
def check(
    *,
    snapshot: SnapshotFile,
    reply: ReplyFile,
    chart_code: ChartCode = "",
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Judge a raw model answer against the market it was asked about; nothing is sent.

    Exits with 0 if the desk would have a decision, with 1 if it would abstain. An answer counts as
    given at the moment of the snapshot.

    Examples:
    - `autotrader analysis check --snapshot S.json --reply R.txt`
    - `autotrader analysis check --snapshot S.json --reply R.txt --chart-code K7QD --json`
    """
    verdict = _judge(_snapshot(snapshot), _reply(reply), chart_code=chart_code, strict=strict)
    if as_json:
        print_json(verdict)
    else:
        _tell(verdict)
    if verdict.action is None:
        raise typer.Exit(_ABSTAINED)


def _snapshot(path: Path) -> MarketSnapshot:
    try:
        return snapshot_from_json(json.loads(path.read_bytes()))
    except (ValueError, RecursionError, BadDataError) as error:
        message = f"{path} is no snapshot as `to_json` stores it: {error}"
        raise MisconfiguredError(message) from error


def _reply(path: Path) -> ModelReply:
    """The file as if a server had sent it, cut where it is too long to be read anyway."""
    with path.open("rb") as file:
        raw = file.read(LARGEST_ANSWER_BYTES + 1)
    return ModelReply(
        raw=raw,
        # Bytes that are no UTF-8 stay marked as such, and reading refuses them where they matter.
        text=raw.decode(errors="surrogateescape"),
        refusal="",
        finish=FinishState.COMPLETE,
        usage=None,
        model="file",
        request_id="",
        latency=timedelta(0),
    )


def _judge(
    snapshot: MarketSnapshot, reply: ModelReply, *, chart_code: str, strict: bool
) -> Verdict:
    answer = read_answer(reply, strict=strict)
    if isinstance(answer, Failure):
        return _abstained(answer)
    grounded = ground(answer, _view(snapshot, reply, chart_code))
    return _abstained(grounded) if isinstance(grounded, Failure) else _decided(grounded, snapshot)


def _view(snapshot: MarketSnapshot, reply: ModelReply, chart_code: str) -> GroundingView:
    drawn = snapshot.candles[-VISIBLE_CANDLES:]
    return GroundingView(
        snapshot=snapshot,
        chart_code=chart_code or None,
        drawn_low=min(candle.low for candle in drawn),
        drawn_high=max(candle.high for candle in drawn),
        answered_at=snapshot.taken_at,
        rules=GroundingRules(),
        analyst=reply.model,
        version="",
    )


_CODES: Mapping[Reason, FailureCode] = MappingProxyType(
    {
        Reason.SIGNAL_STOP_SIDE: FailureCode.PRICE_INSANE,
        Reason.SIGNAL_STOP_DISTANCE: FailureCode.PRICE_INSANE,
        Reason.SIGNAL_TARGET_DISTANCE: FailureCode.PRICE_INSANE,
        Reason.SIGNAL_NOT_ALLOWED: FailureCode.SCHEMA,
        Reason.SIGNAL_PROBABILITIES: FailureCode.PROB_INCOHERENT,
    }
)


def _decided(grounded: Grounded, snapshot: MarketSnapshot) -> Verdict:
    analysis, adjustments = grounded.analysis, grounded.adjustments
    failures = list(grounded.flags)
    if analysis.action is not Action.FLAT:
        signal = validate(analysis, snapshot, SignalRules())
        if isinstance(signal, Refused):
            failures.append(Failure(_CODES[signal.reason], signal.detail))
        else:
            adjustments += signal.adjustments
    for failure in failures:
        if failure.remedy is not Remedy.SHADOW:
            return _abstained(failure)
    flags = tuple(f"shadow only, {failure.code}: {failure.detail}" for failure in failures)
    code = failures[0].code if failures else None
    return Verdict("decided", code, analysis.action.name, flags + adjustments + analysis.reasons)


def _abstained(failure: Failure) -> Verdict:
    return Verdict("abstained", failure.code, None, failure.problems or (failure.detail,))


def _tell(verdict: Verdict) -> None:
    outcome = verdict.action if verdict.code is None else f"{verdict.action or ''} {verdict.code}"
    say(f"{verdict.status}: {str(outcome).strip()}")
    for detail in verdict.details:
        say(f"  {detail}")
