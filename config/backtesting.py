"""How sweeps of backtests are spread: over threads of one machine, or over a Dask cluster."""

import os
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator


class SweepRunner(StrEnum):
    """Who runs the parts of a sweep."""

    THREADS = "threads"
    DASK = "dask"


class BacktestSettings(BaseModel):
    """Backtests: how many processors a sweep takes, and where they are."""

    sweep_runner: SweepRunner = Field(
        SweepRunner.THREADS,
        description="Who runs the parts of a sweep: threads of this machine, or a Dask cluster.",
    )
    sweep_workers: int = Field(
        0,
        ge=0,
        le=1024,
        description="Threads, or processes of a local Dask cluster, for a sweep; 0 takes one per "
        "processor.",
    )
    dask_address: str = Field(
        "",
        description="Scheduler of a running Dask cluster, as tcp://host:8786; empty starts a "
        "local one for each sweep. Its workers need this program and these settings.",
    )

    @property
    def sweep_parts_at_once(self) -> int:
        """How many parts of a sweep run at once."""
        return self.sweep_workers or os.cpu_count() or 1

    @field_validator("dask_address")
    @classmethod
    def _refuse_other_addresses(cls, address: str) -> str:
        parts = urlsplit(address)
        if address and not (parts.scheme in {"tcp", "tls"} and parts.hostname):
            message = "it must look like tcp://127.0.0.1:8786"
            raise ValueError(message)
        return address
