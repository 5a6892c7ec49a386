"""The events that probabilities are scored against (learning.md §4.2)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trading.labels.many import Labels
from trading.labels.states import Kind

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Happened:
    """Both of shape (n_labels,): what `is_scored` leaves out has no answer, whatever `is_true`."""

    is_true: Mask
    is_scored: Mask


def target_first(labels: Labels) -> Happened:
    """E1: the target came first, given a fill; what `tp_first` and the confidence are about."""
    is_filled = labels.is_final & labels.is_entered
    return Happened(labels.of_kind(Kind.TARGET), is_filled)


def stop_first(labels: Labels) -> Happened:
    """The stop came first, given a fill; liquidation is a stop that was never reached."""
    is_filled = labels.is_final & labels.is_entered
    is_lost = labels.of_kind(Kind.STOP) | labels.of_kind(Kind.LIQUIDATED)
    return Happened(is_lost, is_filled)


def earned(labels: Labels) -> Happened:
    """E2: it earned more than it cost. A trade that was wished and not filled earned nothing."""
    is_wished = labels.is_final & (labels.rows["side"] != 0)
    return Happened(labels.rows["r_net"] > 0, is_wished)


def rose(labels: Labels) -> Happened:
    """E3: the close after the horizon lies above the first; what `p_up` is about.

    An unchanged close did not rise, as the question to the analyst says "above".
    """
    is_forecast = np.isin(labels.rows["kind"], [Kind.UP, Kind.DOWN, Kind.UNCHANGED])
    return Happened(labels.of_kind(Kind.UP), labels.is_final & is_forecast)
