"""`backtest`: what a strategy would have done with the candles there are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

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
    question_of,
)
from cli.backtesting.wanted import Wanted
from cli.later import imported
from cli.options import AsJson
from cli.settings import load_settings

ParquetFolder = Annotated[
    Path | None,
    typer.Option("--parquet", metavar="DIR", help="Write every trade and the equity of each bar."),
]
Quick = Annotated[
    bool,
    typer.Option("--quick", help="No random entries and no look-ahead test, and rough intervals."),
]
Store = Annotated[
    bool, typer.Option("--store/--no-store", help="Whether the backtest is kept in the database.")
]
ListStrategies = Annotated[
    bool, typer.Option("--strategies", help="List the shipped rules with their parameters.")
]
ListRules = Annotated[bool, typer.Option("--rules", help="List the trading rules.")]


def backtest(  # noqa: PLR0913 -- one parameter per option, by name
    *,
    strategy: StrategyName = "technical",
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
    page: Page = None,
    parquet: ParquetFolder = None,
    quick: Quick = False,
    store: Store = True,
    as_json: AsJson = False,
    list_strategies: ListStrategies = False,
    list_rules: ListRules = False,
) -> None:
    """Trade the past with a strategy, and say how far the answer may be believed.

    Signals of a candle's close are traded at the next open, with fees, slippage, funding, tick
    and lot sizes. Every figure has its 95 % interval; holding, random entries and a look-ahead
    test stand beside it. Strategies of the desk (technical, decisions, prompt:…) keep the live
    limits of the settings, others trade as the rules say. A rule of yours is a function in a
    file: `def signals(bars, fast=20, slow=50)` gives 1, -1 or 0 for every candle. A model is
    never asked about the past: `prompt:…` trades again what it said at the time.

    Examples:
    - `autotrader backtest --data candles/ --symbols BTCUSDT --timeframe 1h --html report.html`
    - `autotrader backtest --strategy sma-cross --set fast=20 --set slow=50 --rule stop=0.01`
    - `autotrader backtest --strategy my_rule.py:signals --from 2024-01-01 --to 2026-01-01`
    - `autotrader backtest --strategy decisions --from 2026-01-01 --json`
    """
    if list_strategies or list_rules:
        listing = imported("cli.backtesting.listing")
        listing.show_strategies() if list_strategies else listing.show_rules()
        return
    asked = Asked(
        strategy, symbols, timeframe, since, until, folder, market, parameters or (), sizing,
        rules or (), finer, funding, seed,
    )  # fmt: skip
    settings = load_settings()
    question = question_of(asked, settings, datetime.now(UTC))
    wanted = Wanted(page, parquet, quick, store, as_json)
    imported("cli.backtesting.answering").answer(settings, question, wanted)
