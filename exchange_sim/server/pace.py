"""How fast the market clock runs: with the wall clock, N times as fast, or by command only."""

from dataclasses import dataclass

MAX_FACTOR = 100_000.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Market seconds per wall second; 0 stands still until the control API moves the clock."""

    factor: float
    name: str

    def __post_init__(self) -> None:
        if not 0 <= self.factor <= MAX_FACTOR:
            message = f"speed is {self.name}; a number must lie above 0 and up to {MAX_FACTOR:.0f}"
            raise ValueError(message)

    @property
    def is_stepped(self) -> bool:
        """Whether only the control API moves the clock."""
        return self.factor == 0


REAL = Pace(1.0, "real")
STEPPED = Pace(0.0, "step")


def parse_pace(text: str) -> Pace:
    """The pace called `real`, `step` or by a number such as `60`.

    Raises: ValueError says what is allowed.
    """
    named = {"real": REAL, "step": STEPPED}.get(text)
    if named is not None:
        return named
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not factor > 0:
        message = f"speed is {text!r}; allowed are real, step, or a number above 0 such as 60"
        raise ValueError(message)
    return Pace(factor, text)
