"""What the owner of the simulated exchange may choose, as one value."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from exchange_sim.server.keys import Permission
from exchange_sim.server.pace import REAL, Pace

ACCOUNT = "100001"  # the user id of the account that the configured key opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every option of `python -m exchange_sim`; secrets never show in a repr.

    `data` replays a folder of candles; without it `seed` makes a synthetic market. `start_ms` is
    None for "now". `clock_skew_ms` shifts the transport clock against the wall clock.
    """

    api_key: str
    api_secret: str = field(repr=False)
    control_token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    data: Path | None = None
    seed: int = 1
    symbols: tuple[str, ...] | None = None
    start_ms: int | None = None
    pace: Pace = REAL
    balance: Decimal = Decimal(10_000)
    journal: Path | None = None
    permission: Permission = Permission.TRADE
    clock_skew_ms: int = 0
    rate_limits: bool = True
    json: bool = False
