"""Options that the `data` commands share."""

from datetime import datetime
from typing import Annotated

import typer

from cli.options import moment
from config.environments import Environment
from trading.candles import Interval

Symbols = Annotated[
    str | None, typer.Option(metavar="A,B", help="Symbols; without it those of the settings.")
]
Timeframe = Annotated[Interval, typer.Option(help="Length of a candle.")]
Market = Annotated[
    Environment | None,
    typer.Option(
        help="Whose prices: paper are those of the simulator, live those of Bybit, read without a "
        "key. Without it the environment of the settings."
    ),
]
Since = Annotated[
    datetime,
    typer.Option("--from", parser=moment, metavar="DATE", help="First day or time, in UTC."),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--to", parser=moment, metavar="DATE", help="End, not inside; without it, up to now."
    ),
]
