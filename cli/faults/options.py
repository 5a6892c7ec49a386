"""What a run of the matrix is asked to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatrixOptions:
    """How many runs over which faults of the exchange; `only` is the start of names, "" for all.

    With `processes` the desk is also killed, stopped and robbed of its database at each `every`-th
    of its points; `soak_days` of market time are traded with faults at random.
    """

    runs: int = 10_000
    seed: int = 1
    only: str = ""
    workers: int = 2
    processes: bool = False
    every: int = 1
    soak_days: int = 0
