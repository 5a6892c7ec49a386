"""What a run of the matrix is asked to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatrixOptions:
    """How many runs over which faults of the exchange; `only` has starts of names, "" is all.

    With `processes` the desk is also killed, stopped and robbed of its database at each `every`-th
    of its points; `soak_days` of market time are traded with faults at random. `pace` is how much
    market time passes per wall time: a machine that does other work beside is given less.
    """

    runs: int = 10_000
    seed: int = 1
    only: str = ""
    workers: int = 2
    processes: bool = False
    every: int = 1
    soak_days: int = 0
    pace: float = 1.0

    @property
    def beginnings(self) -> tuple[str, ...]:
        """How the names of the faults begin that are asked for."""
        return tuple(part.strip() for part in self.only.split(","))
