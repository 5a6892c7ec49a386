"""How a backtest trades: sizes, exits, costs and the limits of the account."""

from dataclasses import dataclass, field
from enum import StrEnum

from trading.backtest.account_rules import AccountRules
from trading.backtest.exit_rules import ExitRules
from trading.backtest.number_checks import require_between, require_not_negative, require_positive
from trading.checks import require
from trading.costs import Costs
from trading.limits import RiskPolicy

_BPS = 10_000


class Quote(StrEnum):
    """The price an entry is sized at.

    LAST_CLOSE is what a desk sees when it decides; NEXT_OPEN is where the order will fill, known
    to nobody who must send the order before, but the convention of most engines.
    """

    NEXT_OPEN = "next_open"
    LAST_CLOSE = "last_close"


@dataclass(frozen=True, slots=True)
class Sizing:
    """How large an entry is; exactly one of the first four is given.

    `equity_fraction`: notional over the account's equity at that moment, above 1 with leverage.
    `risk_fraction`: what the stop may cost, fees and slippage included, over the equity.
    `notional_usdt` and `quantity` (base coin) are fixed. What the balance or a limit has no room
    for shrinks to the room left.
    """

    equity_fraction: float | None = None
    risk_fraction: float | None = None
    notional_usdt: float | None = None
    quantity: float | None = None
    quoted_at: Quote = Quote.NEXT_OPEN

    def __post_init__(self) -> None:
        given = [name for name in SIZE_KINDS if getattr(self, name) is not None]
        require(
            len(given) == 1,
            f"sizing has {', '.join(given) or 'nothing'}; give exactly one of "
            f"{', '.join(SIZE_KINDS)}",
        )
        require_positive(f"sizing {given[0]}", self.amount)
        if self.risk_fraction is not None:
            require_between("sizing risk_fraction", self.risk_fraction, 0, 1)

    @property
    def kind(self) -> int:
        """The place in `SIZE_KINDS` of what is given."""
        return next(i for i, name in enumerate(SIZE_KINDS) if getattr(self, name) is not None)

    @property
    def amount(self) -> float:
        """The number that is given, in the unit of its kind."""
        return float(getattr(self, SIZE_KINDS[self.kind]))


SIZE_KINDS = ("equity_fraction", "risk_fraction", "notional_usdt", "quantity")


@dataclass(frozen=True, slots=True)
class CostRules:
    """Fees as fractions of the notional, slippage in basis points of the price, against us.

    Market orders pay `taker_fraction` and slip; a limit entry that rested pays `maker_fraction`
    and does not. A target is a market order triggered at its price, unless `target_is_maker`.
    Bid and ask are the `half_spread_ticks`-th prices of the tick grid below and above the last
    one (0: the last price itself); a market order fills there and slips beyond. The defaults are
    Bybit's for a new account (bybit.com/en/help-center, fee structure of perpetuals, non-VIP) and
    the slippage of `trading.costs`.
    """

    maker_fraction: float = 0.0002
    taker_fraction: float = 0.00055
    entry_slippage_bps: float = 2.0
    exit_slippage_bps: float = 5.0
    target_is_maker: bool = False
    spread_bps: float = 0.0
    half_spread_ticks: int = 0

    def __post_init__(self) -> None:
        # A rebate is a fee below 0.
        require_between("maker_fraction", self.maker_fraction, -0.01, 0.1)
        require_between("taker_fraction", self.taker_fraction, 0, 0.1)
        require(
            self.half_spread_ticks >= 0,
            f"half_spread_ticks is {self.half_spread_ticks}; it is a count, 0 or more",
        )
        for name in ("entry_slippage_bps", "exit_slippage_bps", "spread_bps"):
            require_not_negative(name, getattr(self, name))
            require(
                getattr(self, name) < _BPS,
                f"{name} is {getattr(self, name)}; it must be below 10000 bps (the whole price)",
            )

    @staticmethod
    def of(costs: Costs, *, maker_fraction: float = 0.0002) -> "CostRules":
        """The costs a live desk assumes."""
        return CostRules(
            maker_fraction,
            float(costs.taker_fraction),
            float(costs.entry_slippage_bps),
            float(costs.exit_slippage_bps),
        )

    @staticmethod
    def none() -> "CostRules":
        """A market without fees and slippage; only to check sums by hand."""
        return CostRules(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it. A limit entry rests for `limit_valid_bars` bars, at least 1.

    With `desk` every entry passes the twin of `trading.risk.review`: size, leverage and limits are
    those of the live desk, and `sizing` and the limits of `account` are not asked. Its initial
    equity, maintenance margin and `closes_on_brake` still hold, as do the fees of `costs`; the
    slippage of `costs` moves fills, that of the policy sizes orders, as live.
    """

    sizing: Sizing = field(default_factory=lambda: Sizing(equity_fraction=0.05))
    exits: ExitRules = field(default_factory=ExitRules)
    costs: CostRules = field(default_factory=CostRules)
    account: AccountRules = field(default_factory=AccountRules)
    limit_valid_bars: int = 1
    desk: RiskPolicy | None = None

    def __post_init__(self) -> None:
        require(
            self.limit_valid_bars >= 1,
            f"limit_valid_bars is {self.limit_valid_bars}; a limit order rests for 1 bar or more",
        )
        largest = self.account.leverage
        if self.desk is not None:
            largest = float(self.desk.limits.max_leverage)
        require(
            self.account.maintenance_fraction < 1 / largest,
            f"maintenance_fraction {self.account.maintenance_fraction} leaves no room at leverage "
            f"{largest}; it must be below {1 / largest:.4f}, lower one of them",
        )
