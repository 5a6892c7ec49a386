"""How many labels say something, and how much of it hangs on what nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from trading.candles import Interval
from trading.labels.many import Labels
from trading.labels.states import Kind, Status


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Counts of one group of labels, and the bounds of its mean.

    `ambiguous` of the `entered` ended in a candle of `resolution` that held stop and target.
    `worst_mean_r` and `best_mean_r` are mean net R per FINAL label, those without entry counted
    as 0; None where no label is FINAL.
    """

    resolution: Interval
    by_status: Mapping[Status, int]
    by_kind: Mapping[Kind, int]
    entered: int
    ambiguous: int
    worst_mean_r: float | None
    best_mean_r: float | None

    @property
    def ambiguous_fraction(self) -> float:
        """Share of the entered trades whose end is assumed, 0 to 1; 0 where none was entered."""
        return self.ambiguous / self.entered if self.entered else 0.0

    @property
    def is_robust(self) -> bool:
        """Whether the mean has the same sign at both bounds; False where nothing is FINAL."""
        if self.worst_mean_r is None or self.best_mean_r is None:
            return False
        return bool(np.sign(self.worst_mean_r) == np.sign(self.best_mean_r))


def count_labels(labels: Labels) -> LabelCounts:
    """The counts of `labels`; every status and kind is named, with 0 where there is none."""
    final = labels.is_final
    worst, best = (labels.rows[name][final] for name in ("r_worst", "r_best"))
    return LabelCounts(
        resolution=labels.resolution,
        by_status=MappingProxyType(
            {one: int(np.count_nonzero(labels.rows["status"] == one)) for one in Status}
        ),
        by_kind=MappingProxyType(
            {one: int(np.count_nonzero(labels.of_kind(one))) for one in Kind}
        ),
        entered=int(np.count_nonzero(labels.is_entered)),
        ambiguous=int(np.count_nonzero(labels.rows["is_ambiguous"])),
        worst_mean_r=float(np.mean(worst)) if len(worst) else None,
        best_mean_r=float(np.mean(best)) if len(best) else None,
    )
