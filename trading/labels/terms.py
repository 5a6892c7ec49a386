"""All that labels assume, and the version that names it."""

from dataclasses import dataclass, field
from typing import Final

from trading.canonical import fingerprint
from trading.labels.label_costs import LabelCosts
from trading.labels.policies import Standard

ALGORITHM: Final = 1
"""Raised by whoever changes what a label says of the same decision and candles."""


@dataclass(frozen=True, slots=True)
class LabelTerms:
    """What a labeller is told. `ticks_from` names the public trades it asks; empty: none."""

    costs: LabelCosts = field(default_factory=LabelCosts)
    standard: Standard = field(default_factory=Standard)
    ticks_from: str = ""

    @property
    def version(self) -> str:
        """The label version: the algorithm and a fingerprint of everything it is told.

        Labels of two versions are never compared; a changed fee or barrier makes new labels
        beside the old ones.
        """
        return f"{ALGORITHM}-{fingerprint(self)[:12]}"
