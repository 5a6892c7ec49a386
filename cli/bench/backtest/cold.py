"""A script as a user would write it, timed from outside: read candles, trade, print.

`python -m cli.bench.backtest.cold FILE` with a parquet file of the made-up candles.
"""

import sys
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trading.backtest.account_rules import AccountRules
from trading.backtest.averages import crosses
from trading.backtest.bars import BarSeries
from trading.backtest.exit_rules import ExitRules
from trading.backtest.market import Market
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.candles import Interval

COLUMNS = ("ts_ms", "open", "high", "low", "close", "volume")


def main() -> None:
    """Trade the file named by the first argument and print what became of the equity."""
    table = pq.ParquetFile(sys.argv[1]).read(columns=list(COLUMNS))
    # Not `to_numpy`, which imports pandas.
    columns: list[NDArray[Any]] = [
        np.from_dlpack(table[name].combine_chunks()) for name in COLUMNS
    ]
    series = BarSeries("X", Interval.M1, *columns)
    rules = Rules(
        sizing=Sizing(equity_fraction=0.05),
        exits=ExitRules(stop_fraction=0.01, target=0.02),
        costs=CostRules(0.00055, 0.00055, 0.0, 0.0),
        account=AccountRules(initial_equity_usdt=1e8),
    )
    signals = Signals("X", crosses(series.close, 20, 50))
    result = run(Market((series,)), [signals], rules)
    sys.stdout.write(f"{len(result.trades)} trades, {result.equity[-1]:.2f} USDT\n")


if __name__ == "__main__":
    main()
