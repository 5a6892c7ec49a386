"""What the venue tells about itself: executions, positions, wallet, log rows.

Orders are in `order_model`.
All values are frozen: what a query or an event handed out never changes afterwards. Prices and
amounts are USDT, quantities are base coin, rates are fractions, times are milliseconds UTC.
`None` means "no such value" (the wire prints an empty string or a zero there).
"""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.vocabulary import (
    CreateType,
    ExecType,
    OrderType,
    Side,
    StopOrderType,
    TransactionType,
)

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One fill, forced close or funding payment.

    `fee` and `fee_rate` > 0 are costs, < 0 received. `realised` is the cash flow of the closed
    part before fees (wire: execPnl). Executions of one match and the position they led to share
    `seq`, which never decreases per symbol.
    """

    execution_id: str
    symbol: str
    order_id: str
    order_link_id: str
    side: Side
    order_price: Decimal
    order_quantity: Decimal
    leaves_quantity: Decimal
    order_type: OrderType
    stop_order_type: StopOrderType
    create_type: CreateType
    exec_type: ExecType
    price: Decimal
    quantity: Decimal
    value: Decimal
    fee: Decimal
    fee_rate: Decimal
    closed_size: Decimal
    realised: Decimal
    is_maker: bool
    mark_price: Decimal
    time_ms: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One position row valued at the mark price; `side` None and `size` 0 when flat.

    `current_realised` is the result of this holding, `cumulative_realised` of all time, both net
    of fees and with funding. `take_profit`, `stop_loss`, `trailing_stop` are those of mode Full.
    `seq` is -1 and the times are 0 if the symbol was never traded on this side. `reduce_only`:
    orders that do more than reduce it are refused at present.
    """

    symbol: str
    position_idx: int
    side: Side | None
    size: Decimal
    average_price: Decimal
    value: Decimal
    leverage: Decimal
    mark_price: Decimal
    liquidation_price: Decimal | None
    break_even_price: Decimal | None
    initial_margin: Decimal
    maintenance_margin: Decimal
    risk_id: int
    risk_limit_value: Decimal
    take_profit: Decimal | None
    stop_loss: Decimal | None
    trailing_stop: Decimal | None
    unrealised: Decimal
    current_realised: Decimal
    cumulative_realised: Decimal
    created_ms: int
    updated_ms: int
    opened_ms: int
    seq: int
    reduce_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """The USDT wallet of a cross-margin account.

    `equity` = `balance` + `unrealised` (also the margin balance). `available` is equity minus all
    initial margin, never below zero. The two rates are fractions of equity, zero without one.
    """

    balance: Decimal
    equity: Decimal
    available: Decimal
    unrealised: Decimal
    cumulative_realised: Decimal
    order_initial_margin: Decimal
    position_initial_margin: Decimal
    maintenance_margin: Decimal
    initial_margin_rate: Decimal
    maintenance_margin_rate: Decimal

    @property
    def initial_margin(self) -> Decimal:
        """Margin bound by open orders and positions together."""
        return self.order_initial_margin + self.position_initial_margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One row of the transaction log; `change` = `cash_flow` + `funding` - `fee`, 8 decimals.

    `size` is the signed position after the row, `funding` > 0 was received.
    """

    transaction_id: str
    type: TransactionType
    time_ms: int
    change: Decimal
    cash_balance: Decimal
    symbol: str = ""
    side: Side | None = None
    quantity: Decimal = ZERO
    size: Decimal = ZERO
    price: Decimal = ZERO
    cash_flow: Decimal = ZERO
    funding: Decimal = ZERO
    fee: Decimal = ZERO
    fee_rate: Decimal = ZERO
    trade_id: str = ""
    order_id: str = ""
    order_link_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPnl:
    """What one closing order earned; it grows while the order keeps filling.

    `pnl` = direction x (exit value - entry value) - open fee - close fee; funding is not in it.
    """

    symbol: str
    order_id: str
    side: Side
    quantity: Decimal
    order_price: Decimal
    order_type: OrderType
    exec_type: ExecType
    closed_size: Decimal
    entry_value: Decimal
    exit_value: Decimal
    pnl: Decimal
    open_fee: Decimal
    close_fee: Decimal
    fill_count: int
    leverage: Decimal
    created_ms: int
    updated_ms: int

    @property
    def average_entry_price(self) -> Decimal:
        """Entry value per closed unit."""
        return self.entry_value / self.closed_size

    @property
    def average_exit_price(self) -> Decimal:
        """Exit value per closed unit."""
        return self.exit_value / self.closed_size


@dataclass(frozen=True, slots=True)
class FeeRates:
    """What a fill costs as a fraction of its value; VIP 0 of linear contracts by default."""

    maker: Decimal = Decimal("0.0002")
    taker: Decimal = Decimal("0.00055")
