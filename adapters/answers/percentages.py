"""Percents that were meant to sum to 100."""

from adapters.answers.wire import WireProbabilities
from trading.analysis import Probabilities

_ROUNDING = 1


def to_whole(stated: WireProbabilities) -> Probabilities | None:
    """The stated percents as a sum of 100, None if they miss it by more than one.

    Rounded by largest remainder; of equal remainders the earlier part gets the point.
    """
    parts = (stated.tp_first, stated.sl_first, stated.neither)
    total = sum(parts)
    if abs(total - 100) > _ROUNDING:
        return None
    shares = [part * 100 // total for part in parts]
    by_remainder = sorted(range(3), key=lambda place: -(parts[place] * 100 % total))
    for place in by_remainder[: 100 - sum(shares)]:
        shares[place] += 1
    return Probabilities(*shares)
