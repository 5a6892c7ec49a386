"""`analysis`: what the desk would make of a model's answer, and one question by hand."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from adapters.answers.limits import LARGEST_ANSWER_BYTES
from cli.commands import analysis_run
from cli.options import AsJson
from cli.output import print_json, say
from cli.verdicts import Asked, Verdict, judge_reply
from trading.arms import Arm, Mask
from trading.errors import BadDataError, MisconfiguredError
from trading.replies import FinishState, ModelReply
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
Masked = Annotated[
    Mask,
    typer.Option(
        "--mask",
        help="How the market was hidden when it was asked about, as AUTOTRADER_MODEL_MASK.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Take nothing off the text, not even a code fence.")
]


@app.callback()
def _analysis() -> None:
    """Answers of models, asked for and judged by hand."""


@app.command()
def check(
    *,
    snapshot: SnapshotFile,
    reply: ReplyFile,
    chart_code: ChartCode = "",
    mask: Masked = Mask.NONE,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Judge a raw model answer against the market it was asked about; nothing is sent.

    Exits with 0 if the desk would have a decision, with 1 if it would abstain. An answer counts as
    given at the moment of the snapshot. The snapshot is the market as it was, also where it was
    hidden from the model.

    Examples:
    - `autotrader analysis check --snapshot S.json --reply R.txt`
    - `autotrader analysis check --snapshot S.json --reply R.txt --chart-code K7QD --json`
    - `autotrader analysis check --snapshot S.json --reply R.txt --mask anonymised`
    """
    asked = Asked(_snapshot(snapshot), Arm(mask=mask), chart_code or None)
    verdict = judge_reply(asked, _reply(reply), strict=strict)
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


def _tell(verdict: Verdict) -> None:
    outcome = verdict.action if verdict.code is None else f"{verdict.action or ''} {verdict.code}"
    say(f"{verdict.status}: {str(outcome).strip()}")
    for detail in verdict.details:
        say(f"  {detail}")
