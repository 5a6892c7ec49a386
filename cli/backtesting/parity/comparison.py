"""The two records held against each other: which trades, and what of each differs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cli.backtesting.parity.desk import DeskRun
from db.repositories.trades import Trade
from db.states import ExitReason as DeskExit
from trading.backtest.records import Backtest, ExitReason

_ALIKE = 1e-9
"""Relative: what float64 cannot tell from Decimal."""
_BOOKED = 1e-6
"""USDT: the exchange rounds each fee and each funding to eight decimals."""

_EXITS = {
    None: ExitReason.OPEN_AT_END,
    DeskExit.STOP_LOSS: ExitReason.STOP,
    DeskExit.TAKE_PROFIT: ExitReason.TARGET,
    DeskExit.LIQUIDATION: ExitReason.LIQUIDATION,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of one trade that the two do not share, in words."""

    symbol: str
    entered_at: datetime
    what: str
    desk: str
    backtest: str


@dataclass(frozen=True, slots=True)
class Parity:
    """How alike the two are. `trades` are those that both made."""

    desk_trades: int
    backtest_trades: int
    trades: int
    equal: int
    differences: tuple[Difference, ...]
    desk_equity_usdt: float
    backtest_equity_usdt: float

    @property
    def kinds(self) -> Counter[str]:
        """How often each thing differs."""
        return Counter(one.what for one in self.differences)


@dataclass(frozen=True, slots=True)
class _Told:
    """A trade as both can tell it; None where it is not over."""

    side: int
    quantity: float
    entry_price: float
    reason: ExitReason | None
    exit_price: float | None
    fees: float
    funding: float


_Key = tuple[str, datetime]


def compare(desk: DeskRun, backtest: Backtest) -> Parity:
    """Every difference between the desk's trades and the backtest's, by entry."""
    ours, theirs = _of_desk(desk), _of_backtest(backtest)
    shared = ours.keys() & theirs.keys()
    found = {key: list(_differences(key, ours.get(key), theirs.get(key))) for key in ours | theirs}
    return Parity(
        desk_trades=len(ours),
        backtest_trades=len(theirs),
        trades=len(shared),
        equal=sum(not found[key] for key in shared),
        differences=tuple(one for key in sorted(found, key=_by_time) for one in found[key]),
        desk_equity_usdt=float(desk.equity_usdt),
        backtest_equity_usdt=float(backtest.equity[-1]),
    )


def _by_time(key: _Key) -> tuple[datetime, str]:
    return key[1], key[0]


def _differences(key: _Key, desk: _Told | None, backtest: _Told | None) -> Iterator[Difference]:
    if desk is None or backtest is None:
        yield Difference(*key, "trade", _there(desk), _there(backtest))
        return
    for name in _Told.__slots__:
        ours, theirs = getattr(desk, name), getattr(backtest, name)
        if not _alike(ours, theirs):
            yield Difference(*key, name, str(ours), str(theirs))


def _there(told: _Told | None) -> str:
    return "none" if told is None else f"{told.quantity} at {told.entry_price}"


def _alike(ours: object, theirs: object) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) <= max(_BOOKED, _ALIKE * max(abs(ours), abs(theirs)))
    return ours == theirs


def _of_desk(desk: DeskRun) -> dict[_Key, _Told]:
    return {(trade.symbol, trade.opened_at): _told_by_desk(trade) for trade in desk.trades}


def _told_by_desk(trade: Trade) -> _Told:
    return _Told(
        side=trade.direction.sign,
        quantity=float(trade.quantity),
        entry_price=float(trade.entry_price),
        reason=_EXITS.get(trade.exit_reason),
        exit_price=None if trade.exit_price is None else float(trade.exit_price),
        fees=float(trade.fees_usdt),
        funding=float(trade.funding_usdt),
    )


def _of_backtest(backtest: Backtest) -> dict[_Key, _Told]:
    trades = backtest.trades
    told = {}
    for row in range(len(trades)):
        entered_at = datetime.fromtimestamp(trades.entry_ms[row] / 1000, UTC)
        reason = ExitReason(trades.reason[row])
        is_open = reason is ExitReason.OPEN_AT_END
        told[backtest.symbols[trades.symbol[row]], entered_at] = _Told(
            side=int(trades.side[row]),
            quantity=float(trades.quantity[row]),
            entry_price=float(trades.entry_price[row]),
            reason=reason,
            exit_price=None if is_open else float(trades.exit_price[row]),
            fees=float(trades.fees[row]),
            funding=float(trades.funding[row]),
        )
    return told
