"""What a model costs beside what it trades: the same money, in units of the risk it was paid for.

analysis.md §3.9. A USD is taken for a USDT.
"""

from dataclasses import dataclass
from decimal import Decimal

from trading.checks import require, require_not_negative, require_positive


@dataclass(frozen=True, slots=True)
class ModelBill:
    """What calls to models cost over a stretch of time, and what was entered in it.

    `open_usd` is reserved for calls whose cost nobody knows yet. `risk_usdt` is what the stops of
    the `trades` that were entered were to cost together, as far as they had one.
    """

    calls: int
    cost_usd: Decimal
    open_usd: Decimal
    trades: int
    risk_usdt: Decimal

    def __post_init__(self) -> None:
        for name in ("cost_usd", "open_usd", "risk_usdt"):
            require_not_negative(f"bill {name}", getattr(self, name))
        require(self.calls >= 0 and self.trades >= 0, "calls and trades are counts")

    @property
    def spent_usd(self) -> Decimal:
        """All that counts against a budget."""
        return self.cost_usd + self.open_usd

    @property
    def cost_r(self) -> Decimal | None:
        """What the model cost per R that was risked: it is lost whatever the trades earn.

        None where nothing was risked.
        """
        return self.spent_usd / self.risk_usdt if self.risk_usdt else None

    def break_even_equity_usdt(
        self, *, risk_fraction: Decimal, least_edge_r: Decimal
    ) -> Decimal | None:
        """The equity from which on the model costs no more than the least edge it must show.

        A trade risks `risk_fraction` of the equity and is to earn `least_edge_r` R at least: with
        as many trades at this price for the model a smaller account pays away its edge. None
        without a trade.
        """
        require_positive("risk_fraction", risk_fraction)
        require_positive("least_edge_r", least_edge_r)
        if self.trades == 0:
            return None
        return self.spent_usd / (self.trades * risk_fraction * least_edge_r)
