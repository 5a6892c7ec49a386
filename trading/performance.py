"""What trades earned: round trips in USDT and in R, and their summary. All exact Decimal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from trading.checks import require, require_positive
from trading.executions import Execution, ExecutionKind
from trading.positions import Direction


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One position from flat to flat. USDT; prices are volume-weighted averages of the fills.

    `net_usdt` = `gross_usdt` - `fees_usdt` + `funding_usdt` (funding above 0 was received).
    `r_multiple` is the net result over the risk planned at entry, None if none was planned.
    """

    symbol: str
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    gross_usdt: Decimal
    fees_usdt: Decimal
    funding_usdt: Decimal
    r_multiple: Decimal | None

    @property
    def net_usdt(self) -> Decimal:
        """What the wallet gained."""
        return self.gross_usdt - self.fees_usdt + self.funding_usdt


def round_trip(
    direction: Direction, executions: Sequence[Execution], *, planned_risk_usdt: Decimal | None
) -> RoundTrip:
    """The result of one position from all of its executions, funding rows among them.

    The fee of a funding row is the funding paid (bybit_v5.md §2.4). Raises InvariantError unless
    the fills are of one symbol, open something and close all of it.
    """
    symbols = {row.symbol for row in executions}
    require(len(symbols) == 1, f"a round trip of symbols {sorted(symbols)}; exactly one")
    fills = [row for row in executions if row.kind.moves_position]
    entries = [row for row in fills if row.side is direction.entry_side]
    exits = [row for row in fills if row.side is direction.exit_side]
    opened, closed = _quantity(entries), _quantity(exits)
    require(
        opened == closed and opened > 0,
        f"{symbols.pop() if opened else 'round trip'}: opened {opened} but closed {closed}; "
        "wait for the missing executions",
    )
    gross = direction.sign * (_value(exits) - _value(entries))
    fees = sum((row.fee_usdt for row in fills), Decimal(0))
    funding = -sum(
        (row.fee_usdt for row in executions if row.kind is ExecutionKind.FUNDING), Decimal(0)
    )
    return RoundTrip(
        symbol=executions[0].symbol,
        direction=direction,
        quantity=opened,
        entry_price=_value(entries) / opened,
        exit_price=_value(exits) / closed,
        gross_usdt=gross,
        fees_usdt=fees,
        funding_usdt=funding,
        r_multiple=_in_r(gross - fees + funding, planned_risk_usdt),
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """Numbers over closed round trips. Rates and averages are None without trades.

    `win_rate` 0..1 counts net results above 0; `average_r` covers trades with a planned risk;
    `profit_factor` is won over lost, None when nothing was lost.
    """

    trades: int
    wins: int
    net_usdt: Decimal
    fees_usdt: Decimal
    funding_usdt: Decimal
    win_rate: Decimal | None
    average_r: Decimal | None
    profit_factor: Decimal | None


def summarise(trips: Sequence[RoundTrip]) -> Summary:
    """The summary of `trips`, in any order."""
    results = [trip.net_usdt for trip in trips]
    multiples = [trip.r_multiple for trip in trips if trip.r_multiple is not None]
    won = sum((result for result in results if result > 0), Decimal(0))
    lost = -sum((result for result in results if result < 0), Decimal(0))
    wins = sum(result > 0 for result in results)
    return Summary(
        trades=len(trips),
        wins=wins,
        net_usdt=sum(results, Decimal(0)),
        fees_usdt=sum((trip.fees_usdt for trip in trips), Decimal(0)),
        funding_usdt=sum((trip.funding_usdt for trip in trips), Decimal(0)),
        win_rate=Decimal(wins) / len(trips) if trips else None,
        average_r=sum(multiples, Decimal(0)) / len(multiples) if multiples else None,
        profit_factor=won / lost if lost else None,
    )


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall below an earlier high of an equity series.

    `largest_usdt` and `largest_fraction` (of the high it fell from) may stem from different falls.
    """

    largest_usdt: Decimal
    largest_fraction: Decimal


def max_drawdown(equity_usdt: Iterable[Decimal]) -> Drawdown:
    """The drawdown of an equity series, oldest first; zero for fewer than two values.

    The first value must be above 0, since a fraction of nothing says nothing.
    """
    high: Decimal | None = None
    usdt = fraction = Decimal(0)
    for equity in equity_usdt:
        if high is None:
            require_positive("first equity", equity)
        high = equity if high is None else max(high, equity)
        usdt = max(usdt, high - equity)
        fraction = max(fraction, (high - equity) / high)
    return Drawdown(usdt, fraction)


def _quantity(rows: Iterable[Execution]) -> Decimal:
    return sum((row.quantity for row in rows), Decimal(0))


def _value(rows: Iterable[Execution]) -> Decimal:
    return sum((row.price * row.quantity for row in rows), Decimal(0))


def _in_r(net_usdt: Decimal, planned_risk_usdt: Decimal | None) -> Decimal | None:
    if planned_risk_usdt is None:
        return None
    require_positive("planned_risk_usdt", planned_risk_usdt)
    return net_usdt / planned_risk_usdt
