"""How long a request waits before anybody looks at it (wall time)."""

import random

from exchange_sim.faults.injection import Activation

WAITS = frozenset({"http.latency", "plat.slow"})
USUAL_MS = 10  # what a venue takes to answer; plat.slow multiplies it


def wait_s(activation: Activation) -> float:
    """The wait in seconds, with the luck of the injection."""
    if activation.name == "plat.slow":
        return USUAL_MS * (float(activation.number("factor")) - 1) / 1_000
    jitter = activation.whole("jitter") * _share(activation.text("dist"), activation.random)
    return max(0.0, activation.whole("ms") + jitter) / 1_000


def _share(distribution: str, luck: random.Random) -> float:
    """The random part in units of the jitter: 0..1, or with spread or mean 1."""
    match distribution:
        case "uniform":
            return luck.random()
        case "normal":
            return luck.gauss(0.0, 1.0)
        case _:
            return luck.expovariate(1.0)
