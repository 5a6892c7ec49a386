"""How each fault of the catalogue is injected: where it aims, how hard, how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Trait(StrEnum):
    """What the auditor must know about a fault besides its name."""

    FOREIGN = "foreign"
    """Another hand trades on the account: orders without our link id are legal."""
    FORCED = "forced"
    """The exchange closes positions by itself."""
    HALTS = "halts"
    """The desk must stop and stay stopped until a human resumes."""
    NO_STOPS = "no_stops"
    """The exchange accepts no stop while it lasts; the answer is a market close."""
    MONEY = "money"
    """Money comes or goes that no trade made."""
    UNTRADED = "untraded"
    """The symbol cannot be traded while it lasts, so neither can a position be closed."""


_ON_POSITIONS = frozenset(
    {
        "pos.liquidate",
        "pos.adl",
        "pos.external_close",
        "pos.external_sl_move",
        "pos.leverage_changed",
        "tpsl.vanish",
        "tpsl.both_in_one_bar",
        "tpsl.trigger_partial_fill",
        "tpsl.trigger_no_liquidity",
    }
)

Choices = Mapping[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One fault of the catalogue. `aims` and `parameters` are what a run draws from.

    `count` is how often it strikes at most; None: as long as it is on. `companions` are faults
    that are switched on with it, because it strikes only what they cause. `actions` are done for
    its sake: a cycle to read candles, a wait for the funding of a fresh arena.
    """

    name: str
    aims: tuple[Mapping[str, object], ...] = ({},)
    parameters: Choices = field(default_factory=dict)
    count: int | None = 1
    traits: frozenset[Trait] = frozenset()
    companions: tuple[Mapping[str, object], ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def needs_position(self) -> bool:
        """Whether it acts on open positions at the moment it is switched on, or not at all."""
        return self.name in _ON_POSITIONS

    @property
    def endangers_stops(self) -> bool:
        """Whether a stop can be lost while it is on, so that time must not be wound over that."""
        return self.name.startswith(("tpsl.", "pos.", "mkt.", "match."))

    def wish(self, luck: Random) -> dict[str, object]:
        """What the simulator is asked for in one run."""
        wish: dict[str, object] = {
            "name": self.name,
            "parameters": {name: luck.choice(values) for name, values in self.parameters.items()},
            "match": dict(luck.choice(self.aims)),
            "seed": luck.randrange(2**31),
        }
        if self.count is not None:
            wish["count"] = luck.randint(1, self.count)
        return wish


def aimed(*paths: str) -> tuple[Mapping[str, object], ...]:
    """Aims at the calls of each path, from the first one on."""
    return tuple({"path": path} for path in paths)


ORDER_PATHS = aimed("order/create", "position/trading-stop", "position/set-leverage")
READ_PATHS = aimed(
    "order/realtime",
    "order/history",
    "execution/list",
    "position/list",
    "account/wallet-balance",
    "account/transaction-log",
    "market/kline",
    "market/tickers",
    "market/time",
    "market/instruments-info",
)
ANY_PATH = (*ORDER_PATHS, *READ_PATHS)
