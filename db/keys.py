"""What rows belong to: an account of an environment, and a slot of a flow in it."""

from dataclasses import dataclass
from datetime import datetime

from trading.checks import require, require_utc


@dataclass(frozen=True, slots=True)
class AccountKey:
    """One account in one environment, for example the account `main` of `paper`."""

    environment: str
    account: str

    def __post_init__(self) -> None:
        require(self.environment != "", "an account key needs an environment; it is empty")
        require(self.account != "", "an account key needs an account; it is empty")


@dataclass(frozen=True, slots=True)
class SlotKey:
    """The one run that a flow may have for an account at a scheduled time."""

    account: AccountKey
    flow: str
    slot: datetime

    def __post_init__(self) -> None:
        require(self.flow != "", "a slot needs the name of its flow; it is empty")
        require_utc("slot", self.slot)
