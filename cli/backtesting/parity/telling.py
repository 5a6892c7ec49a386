"""Both runs, and what came of holding them against each other."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from cli.backtesting.parity.backtested import run_backtest
from cli.backtesting.parity.comparison import Parity, compare
from cli.backtesting.parity.desk import run_desk
from cli.backtesting.parity.stage import ParityOptions, open_stage
from cli.output import print_json, print_table, say

_SHOWN = 20


def compare_both(options: ParityOptions, folder: Path, advance: Callable[[int], None]) -> Parity:
    """Trade twice; `advance` hears of each cycle that the desk has done."""
    with open_stage(options, folder) as stage:
        desk = run_desk(stage, options, lambda _done: advance(1))
        return compare(desk, run_backtest(stage, options))


def tell_parity(parity: Parity, *, as_json: bool) -> None:
    """The counts, then every difference; on a terminal the first ones."""
    if as_json:
        print_json({**asdict(parity), "kinds": dict(parity.kinds)})
        return
    say(
        f"{parity.trades} trades of both ({parity.desk_trades} of the desk, "
        f"{parity.backtest_trades} of the backtest), {parity.equal} of them equal; equity "
        f"{parity.desk_equity_usdt:.6f} and {parity.backtest_equity_usdt:.6f} USDT"
    )
    if parity.differences:
        print_table(
            f"The first of {len(parity.differences)} differences",
            ("symbol", "entered", "what", "desk", "backtest"),
            [
                (one.symbol, f"{one.entered_at:%Y-%m-%d %H:%M}", one.what, one.desk, one.backtest)
                for one in parity.differences[:_SHOWN]
            ],
        )
