"""The machine that was measured: figures mean nothing without it."""

import os
import platform
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Machine:
    """`load` is how many processes wanted a core in the minute before, ours not yet among them."""

    cores: int
    memory_mib: int
    system: str
    processor: str
    python: str
    load: float


def this_machine() -> Machine:
    """What is known about this machine now."""
    return Machine(
        cores=os.cpu_count() or 1,
        memory_mib=psutil.virtual_memory().total // 2**20,
        system=f"{platform.system()} {platform.release()}",
        processor=platform.processor() or platform.machine(),
        python=platform.python_version(),
        load=round(psutil.getloadavg()[0], 2),
    )
