"""Why the engine did not enter: the live desk's reasons and those only a backtest has."""

from typing import Final

from trading.backtest.live_twins.codes import REASONS

LIMIT_NOT_FILLED: Final = len(REASONS)
STOP_MISSING: Final = len(REASONS) + 1
NO_NEXT_BAR: Final = len(REASONS) + 2
RUINED: Final = len(REASONS) + 3

NAMES: Final = (
    *("" if reason is None else reason.value for reason in REASONS),
    "backtest.limit_not_filled",
    "backtest.stop_missing",
    "backtest.no_next_bar",
    "backtest.ruined",
)
"""The name of each code. Ruined: the account's equity is gone; nothing is traded any more."""

COUNT: Final = len(NAMES)
