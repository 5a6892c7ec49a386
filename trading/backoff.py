"""How long to wait before the next attempt at something that failed."""

from dataclasses import dataclass
from datetime import timedelta

from trading.checks import require

_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that double from `first` up to `longest`."""

    first: timedelta
    longest: timedelta

    def __post_init__(self) -> None:
        require(
            timedelta(0) < self.first <= self.longest,
            f"backoff from {self.first} to {self.longest}; the first pause is above 0 and not "
            "longer than the longest",
        )

    def pause(self, failures: int, luck: float) -> timedelta:
        """The pause after so many failures in a row; `luck` of 0..1 picks its second half.

        A whole pause is `first` doubled with each failure after the first. At least half of it is
        waited, the rest by luck, so that callers that failed together do not return together.
        """
        require(
            failures >= 1, f"a pause after {failures} failures; there is one from the first on"
        )
        require(0 <= luck <= 1, f"luck {luck}; it is a fraction of 0..1")
        doublings = min(failures - 1, _MOST_DOUBLINGS)
        whole = min(self.first * (1 << doublings), self.longest)
        return whole / 2 + whole / 2 * luck
