"""`sweep`: many combinations of parameters over the past, and what the best of them proves."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from cli.backtesting.options import (
    Asked,
    Finer,
    Folder,
    Funding,
    Market,
    Page,
    Parameters,
    RuleOptions,
    Seed,
    Since,
    Sizing,
    StrategyName,
    Symbols,
    Timeframe,
    Until,
)
from cli.backtesting.varied import Varied, question_of_many
from cli.backtesting.wanted import Told
from cli.later import imported
from cli.options import AsJson
from cli.settings import load_settings
from config.backtesting import SweepRunner
from config.settings import Settings
from tasks.backtesting.questions import Objective

Grids = Annotated[
    list[str] | None,
    typer.Option(
        "--grid",
        metavar="NAME=FROM:TO:STEP",
        help="Values of a parameter, also as NAME=5,10,20; rule.NAME varies a trading rule. "
        "Repeatable.",
    ),
]
Random = Annotated[
    int | None, typer.Option("--random", min=1, metavar="N", help="Try N, drawn at random.")
]
SearchCount = Annotated[
    int | None, typer.Option("--search", min=1, metavar="N", help="Try N, led by a search.")
]
WalkForward = Annotated[
    str | None,
    typer.Option(
        metavar="TRAIN,TEST,STEP",
        help="Choose anew in each window and trade the next, such as 180d,30d,30d.",
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Parts at once, by default one per processor.")
]
Runner = Annotated[
    SweepRunner | None, typer.Option(help="Threads here, or a Dask cluster through Prefect.")
]
Resume = Annotated[
    UUID | None, typer.Option(metavar="ID", help="Go on with a sweep that was interrupted.")
]
FewestTrades = Annotated[
    int, typer.Option(min=0, help="Combinations with fewer closed trades are not judged.")
]
ObjectiveOption = Annotated[
    Objective, typer.Option("--objective", help="What the best combination is best at.")
]
ListSweeps = Annotated[bool, typer.Option("--list", help="List the sweeps that are stored.")]


def sweep(  # noqa: PLR0913 -- one parameter per option, by name
    *,
    strategy: StrategyName = "sma-cross",
    grids: Grids = None,
    random: Random = None,
    search: SearchCount = None,
    walk_forward: WalkForward = None,
    objective: ObjectiveOption = Objective.SHARPE,
    fewest_trades: FewestTrades = 20,
    symbols: Symbols = None,
    timeframe: Timeframe = None,
    since: Since = None,
    until: Until = None,
    folder: Folder = None,
    market: Market = None,
    parameters: Parameters = None,
    sizing: Sizing = None,
    rules: RuleOptions = None,
    finer: Finer = None,
    funding: Funding = True,
    seed: Seed = 1,
    workers: Workers = None,
    runner: Runner = None,
    resume: Resume = None,
    page: Page = None,
    as_json: AsJson = False,
    list_all: ListSweeps = False,
) -> None:
    """Try many combinations of parameters and judge the best by how many were tried.

    Says the number of combinations and the time they will take first. Every part is kept when it
    is done: Ctrl-C loses nothing, and --resume goes on. The best combination gets a full report,
    whose deflated Sharpe ratio knows that it was the best of so many. With --walk-forward
    parameters are chosen on the past of each window alone, which is the only result here that
    nobody chose.

    Examples:
    - `autotrader sweep --strategy sma-cross --grid fast=5:40:5 --grid slow=50:140:10`
    - `autotrader sweep --grid fast=5:40:1 --grid rule.stop=0.005:0.03:0.005 --search 300`
    - `autotrader sweep --grid fast=5:40:5 --grid slow=50:140:10 --walk-forward 180d,30d,30d`
    - `autotrader sweep --resume 0194f3a2-0000-7000-8000-000000000000`
    """
    settings = load_settings()
    if list_all:
        imported("cli.backtesting.sweeping").list_sweeps(settings, as_json=as_json)
        return
    asked = Asked(
        strategy, symbols, timeframe, since, until, folder, market, parameters or (), sizing,
        rules or (), finer, funding, seed,
    )  # fmt: skip
    varied = Varied(grids or (), random, search, objective, fewest_trades, walk_forward)
    question = None if resume else question_of_many(varied, asked, settings, datetime.now(UTC))
    told = Told(page, as_json=as_json)
    imported("cli.backtesting.sweeping").run_sweep(
        _spread(settings, runner, workers), question, resume, told
    )


def _spread(settings: Settings, runner: SweepRunner | None, workers: int | None) -> Settings:
    """The settings with what was typed in their place."""
    typed = {"sweep_runner": runner, "sweep_workers": workers}
    given = {name: value for name, value in typed.items() if value is not None}
    return settings.model_copy(update=given)
