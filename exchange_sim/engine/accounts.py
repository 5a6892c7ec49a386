"""One account: its orders, holdings, settings and history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.model import ClosedPnl, Execution, FeeRates, Transaction
from exchange_sim.engine.order_store import OrderStore
from exchange_sim.engine.vocabulary import PositionMode
from exchange_sim.market.values import Instrument

DEFAULT_LEVERAGE = Decimal(10)
HoldingKey = tuple[str, int]


def default_leverages(instruments: Mapping[str, Instrument]) -> dict[str, Decimal]:
    """10 for every symbol, or its maximum if that is lower."""
    return {
        symbol: min(DEFAULT_LEVERAGE, instrument.max_leverage)
        for symbol, instrument in instruments.items()
    }


@dataclass(slots=True)
class Account:
    """What the venue keeps per account; the wallet balance is in the ledger.

    `reduce_only` holds the symbols in which it may only reduce a position, `own_rules` those whose
    risk limits differ from everybody's.
    """

    account_id: str
    leverages: dict[str, Decimal]
    fees: FeeRates = field(default_factory=FeeRates)
    reduce_only: set[str] = field(default_factory=set)
    own_rules: dict[str, Instrument] = field(default_factory=dict)
    orders: OrderStore = field(default_factory=OrderStore)
    holdings: dict[HoldingKey, Holding] = field(default_factory=dict)
    modes: dict[str, PositionMode] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    closed_pnls: dict[str, ClosedPnl] = field(default_factory=dict)

    def mode(self, symbol: str) -> PositionMode:
        """The position mode of `symbol`; one-way until switched."""
        return self.modes.get(symbol, PositionMode.ONE_WAY)

    def position_indices(self, symbol: str) -> tuple[int, ...]:
        """The position rows the mode of `symbol` has: 0, or 1 (long) and 2 (short)."""
        return (0,) if self.mode(symbol) is PositionMode.ONE_WAY else (1, 2)

    def leverage(self, symbol: str) -> Decimal:
        """The leverage of `symbol`; the default until set."""
        return self.leverages[symbol]

    def holding(self, symbol: str, position_idx: int) -> Holding:
        """The holding, an empty one if there never was any."""
        found = self.holdings.get((symbol, position_idx))
        return found or Holding(symbol=symbol, position_idx=position_idx)

    def open_holdings(self) -> list[Holding]:
        """The holdings that are not flat."""
        return [holding for holding in self.holdings.values() if holding.size]

    def keep(self, holding: Holding) -> None:
        """Replace the holding of its symbol and index."""
        self.holdings[holding.symbol, holding.position_idx] = holding

    def is_interested(self, symbol: str) -> bool:
        """Whether price moves of `symbol` can do something to this account."""
        return self.orders.has_open(symbol) or any(
            holding.size for key, holding in self.holdings.items() if key[0] == symbol
        )
