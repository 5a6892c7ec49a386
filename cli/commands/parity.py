"""`parity`: does a backtest trade as the desk does, trade by trade."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.demo.stage import demo_folder
from cli.later import imported
from cli.options import AsJson, symbols_of
from cli.progress import progress_bar
from cli.stack.interruption import ended_by_signals

FAILED = 1
_INTERRUPTED = 130

Data = Annotated[Path, typer.Option(help="Folder with SYMBOL_1h and SYMBOL_15m candles.")]
Symbols = Annotated[str, typer.Option(help="What both trade, separated by commas.")]
Slots = Annotated[int, typer.Option(min=1, help="How many hourly cycles of the desk.")]


def parity(
    *,
    data: Data,
    symbols: Symbols = "BTCUSDT,ETHUSDT,SOLUSDT",
    slots: Slots = 500,
    as_json: AsJson = False,
) -> None:
    """Trade the same candles twice: by the whole desk on a simulated exchange, and in a backtest.

    Starts its own PostgreSQL and exchange, reads none of your settings and removes everything.
    Every trade that the two do not share, and every figure of a trade that differs, is told. A
    cycle of the desk takes a fraction of a second. Exit code 1 if anything differs.

    Examples:
    - `autotrader parity --data candles/ --slots 200`
    - `autotrader parity --data candles/ --symbols BTCUSDT --slots 4000 --json`
    """
    chosen = symbols_of(symbols, ())
    try:
        with (
            ended_by_signals(),
            demo_folder(keep=False, now=datetime.now(UTC)) as folder,
            progress_bar("cycles of the desk", slots) as bar,
        ):
            stage = imported("cli.backtesting.parity.stage")
            telling = imported("cli.backtesting.parity.telling")
            options = stage.ParityOptions(data, chosen, slots)
            compared = telling.compare_both(options, folder, bar.advance)
    except KeyboardInterrupt:
        sys.stderr.write("autotrader: parity interrupted; every process of it is stopped\n")
        raise typer.Exit(_INTERRUPTED) from None
    telling.tell_parity(compared, as_json=as_json)
    if compared.differences:
        raise typer.Exit(FAILED)
