"""Labels by the million, on as many threads as there are cores."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Integers
from trading.backtest.records_in_memory import Records
from trading.candles import Interval
from trading.checks import require
from trading.labels.kernel import label_rows
from trading.labels.label_costs import LabelCosts
from trading.labels.plans import Plans
from trading.labels.price_path import PricePath
from trading.labels.rows import LABEL
from trading.labels.states import ENTERED, Kind, Status

Mask = NDArray[np.bool_]
_PER_PIECE: Final = 4_096
"""Labels a thread takes at once; small enough that all end together."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """`rows` are `LABEL` records of shape (n_labels,); `resolution` is that of the candles.

    Columns by name: `rows["r_net"]`, `rows["status"]` (`Status`), `rows["kind"]` (`Kind`) and
    so on, as `rows.LabelRow` tells. Only rows that are FINAL say anything.
    """

    rows: Records
    resolution: Interval

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_final(self) -> Mask:
        """Which are known, (n_labels,)."""
        final: Mask = self.rows["status"] == Status.FINAL
        return final

    @property
    def is_entered(self) -> Mask:
        """Which were filled, (n_labels,)."""
        return np.isin(self.rows["kind"], [int(kind) for kind in ENTERED])

    def usable(self, as_of_ms: int | Integers) -> Mask:
        """Which may be read by whoever decides at `as_of_ms`: those settled before it.

        Nothing that learns may read any other: it would know the future.
        """
        usable: Mask = self.is_final & (self.rows["final_ms"] < as_of_ms)
        return usable

    def of_kind(self, kind: Kind) -> Mask:
        """Which ended so, (n_labels,)."""
        found: Mask = self.rows["kind"] == kind
        return found


def label_plans(
    path: PricePath, plans: Plans, *, costs: LabelCosts | None = None, threads: int = 1
) -> Labels:
    """The label of each plan, in their order, whatever the number of threads.

    What needs a candle or a settlement that is not there is INCOMPLETE, or CENSORED where a halt
    is the reason. `plans` of any order are right; ascending in time they are quicker.
    """
    require(threads >= 1, f"threads is {threads}; at least 1")
    rows = np.empty(len(plans), LABEL)
    numbers = (costs or LabelCosts()).numbers

    def work(first: int, count: int = _PER_PIECE) -> None:
        end = min(first + count, len(plans))
        label_rows(path.columns, plans.rows, numbers, rows, first, end)

    if threads == 1:
        work(0, len(plans))
    else:
        with ThreadPoolExecutor(threads) as pool:
            pieces = [pool.submit(work, first) for first in range(0, len(plans), _PER_PIECE)]
        for piece in pieces:
            piece.result()
    censor(path, rows)
    return Labels(rows, path.interval)


def censor(path: PricePath, rows: Records) -> None:
    """Say CENSORED of what lacks because there was no trading."""
    lacking = np.flatnonzero(rows["status"] == Status.INCOMPLETE)
    halted = path.is_halted(rows["missing_ms"][lacking])
    rows["status"][lacking[halted]] = Status.CENSORED
