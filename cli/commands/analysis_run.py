"""`analysis run`: one question to the model about the market of now, or how it would read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.database import desk_in_force
from cli.desk import open_desk
from cli.opinions import tell_opinion, tell_unseen
from cli.options import AsJson
from cli.output import print_json, print_table, say
from config.settings import Settings
from tasks.by_hand import Preview, look, opinion, preview
from tasks.charts import draw_chart
from tasks.model_analyst.desk import ModelDesk
from tasks.resources import Resources, opened_model_desk
from trading.chart import ChartImage
from trading.instruments import is_perpetual
from trading.prompts import parse_reference
from trading.reasons import Refused
from trading.snapshot import MarketSnapshot


def perpetual(text: str) -> str:
    """The name of a USDT perpetual as the exchange spells it."""
    name = text.upper()
    if not is_perpetual(name):
        message = f"{text!r} is no name of a USDT perpetual; write it such as BTCUSDT"
        raise typer.BadParameter(message)
    return name


Symbol = Annotated[
    str, typer.Option("--symbol", parser=perpetual, metavar="NAME", help="Such as BTCUSDT.")
]


def run(
    *,
    symbol: Symbol,
    prompt: Annotated[
        str, typer.Option(metavar="NAME@N", help="Another prompt than the settings name.")
    ] = "",
    dry: Annotated[
        bool, typer.Option("--dry", help="Show the question and its cost; ask nobody.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option(file_okay=False, metavar="DIR", help="Keep the picture there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the model about a symbol once, within the budget, and show what the rules make of it.

    Never sends an order and stores no decision; the call is booked and its answer kept as any
    other. Exit code 1 if the model abstained or the market is not worth a question now.

    Examples:
    - `autotrader analysis run --symbol BTCUSDT --dry`
    - `autotrader analysis run --symbol ETHUSDT --prompt chart_reader@2 --save pictures`
    """
    with desk_in_force() as settings, open_desk(settings, role="analysis") as resources:
        snapshot = look(resources, symbol)
        if isinstance(snapshot, Refused):
            tell_unseen(symbol, snapshot, as_json=as_json)
            return
        chart: ChartImage = draw_chart(resources, snapshot, settings.arm())
        picture = _kept(save, snapshot, chart)
        with _model(settings, resources, prompt) as model:
            if dry:
                _tell_preview(preview(model, snapshot, chart), picture, as_json=as_json)
                return
            asked = opinion(resources.desk, model, snapshot, chart)
    tell_opinion(asked, picture=picture, as_json=as_json)


@contextmanager
def _model(settings: Settings, resources: Resources, prompt: str) -> Iterator[ModelDesk]:
    desk, sessions, now = resources.desk, resources.sessions, resources.now
    with opened_model_desk(settings, desk, sessions, now) as model:
        yield replace(model, prompt=parse_reference(prompt)) if prompt else model


def _kept(folder: Path | None, snapshot: MarketSnapshot, chart: ChartImage) -> str | None:
    """Where the picture was saved; that of the bigger timeframe lies beside it."""
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{snapshot.symbol}-{snapshot.interval}-{snapshot.as_of:%Y%m%dT%H%M}"
    paths = [folder / f"{name}{end}.png" for end in ("", "-bigger")]
    for path, picture in zip(paths, chart.together, strict=False):
        path.write_bytes(picture.png)
    return str(paths[0])


def _tell_preview(shown: Preview, picture: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"picture": picture, "question": shown})
        return
    for name, text in (("System", shown.system), ("User", shown.user)):
        say(f"--- {name}")
        say(text)
    cost = "unknown: no price is listed" if shown.worst_case_usd is None else shown.worst_case_usd
    rows = (
        ("model", shown.model),
        ("pictures", shown.pictures),
        ("picture", picture),
        ("tokens of text, about", shown.text_tokens),
        ("tokens of pictures, about", shown.image_tokens),
        ("tokens of the answer, at most", shown.max_output_tokens),
        ("cost in USD, at most", cost),
        ("budget", shown.refused or "allows it"),
    )
    print_table("Not sent", ("what", "is"), rows)
