"""The plain labels' second half: from a fill to its end, and what that earned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from trading.labels.label_costs import LabelCosts
from trading.labels.opportunities import Margin
from trading.labels.states import Kind

_BPS: Final = Decimal(10_000)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class PlainCandle(NamedTuple):
    """Prices in USDT."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True)
class PlainMarket:
    """Candles of one `length` by their open; `funding` is (moment, rate that longs pay)."""

    length: timedelta
    last: Mapping[datetime, PlainCandle]
    mark: Mapping[datetime, PlainCandle]
    funding: Sequence[tuple[datetime, Decimal]]

    def open_from(self, moment: datetime) -> datetime:
        """The first open of a candle at `moment` or later, whether there is one or not."""
        over = (moment - _EPOCH) % self.length
        return moment if not over else moment + self.length - over

    def opens(self, since: datetime, until: datetime) -> list[datetime]:
        """The opens of all candles from `since` to before `until`."""
        return [since + step * self.length for step in range((until - since) // self.length)]


class PlainFill(NamedTuple):
    """A trade that has begun. `quote` is its price before slippage, `sign` 1 long, -1 short."""

    sign: int
    at: datetime
    quote: Decimal
    price: Decimal
    stop: Decimal
    target: Decimal
    until: datetime
    is_maker: bool
    by_mark: bool
    margin: Margin | None


@dataclass(frozen=True, slots=True)
class PlainLabel:
    """What became of a trade; of `Label` the numbers that can be wrong."""

    kind: Kind
    filled_at: datetime | None = None
    left_at: datetime | None = None
    fill: Decimal | None = None
    exit: Decimal | None = None
    r_gross: Decimal = Decimal(0)
    r_net: Decimal = Decimal(0)
    r_best: Decimal = Decimal(0)
    mae_r: Decimal = Decimal(0)
    mfe_r: Decimal = Decimal(0)
    is_ambiguous: bool = False


class _End(NamedTuple):
    kind: Kind
    price: Decimal
    is_ambiguous: bool = False


def hold(fill: PlainFill, market: PlainMarket, costs: LabelCosts) -> PlainLabel:
    """Rules 2 to 7: candle after candle until something ends it."""
    at, seen = fill.at, [fill.price]
    while True:
        last, mark = market.last.get(at), market.mark.get(at)
        needs_mark = fill.by_mark or fill.margin is not None
        if last is None or (mark is None and needs_mark):
            return PlainLabel(Kind.UNKNOWN)
        end = _end(fill, at, last, mark or last)
        if end is not None:
            return _book(fill, end, at, market, costs, [*seen, end.price])
        # Rule 2: what a candle did for a limit it filled may have come before the fill.
        is_half_seen = fill.is_maker and at == fill.at
        against, in_favour = (last.low, last.high) if fill.sign > 0 else (last.high, last.low)
        seen += [against] if is_half_seen else [against, in_favour]
        at += market.length


def _end(fill: PlainFill, at: datetime, last: PlainCandle, mark: PlainCandle) -> _End | None:
    """Rule 3, in its order."""
    if at >= fill.until:
        return _End(Kind.TIMEOUT, last.open)
    is_filling = fill.is_maker and at == fill.at
    return (None if is_filling else _gap(fill, last, mark)) or _inside(
        fill, last, mark, is_filling=is_filling
    )


def _gap(fill: PlainFill, last: PlainCandle, mark: PlainCandle) -> _End | None:
    trigger = mark if fill.by_mark else last
    if _is_reached(fill, mark.open, _lost_at(fill, is_bankrupt=False)):
        return _End(Kind.LIQUIDATED, _lost_at(fill, is_bankrupt=True))
    if _is_reached(fill, trigger.open, fill.stop):
        return _End(Kind.STOP, last.open)
    if fill.sign * trigger.open >= fill.sign * fill.target:
        return _End(Kind.TARGET, fill.sign * min(fill.sign * fill.target, fill.sign * last.open))
    return None


def _inside(
    fill: PlainFill, last: PlainCandle, mark: PlainCandle, *, is_filling: bool
) -> _End | None:
    sign, trigger = fill.sign, mark if fill.by_mark else last
    worst, best = (trigger.low, trigger.high) if sign > 0 else (trigger.high, trigger.low)
    worst_mark = mark.low if sign > 0 else mark.high
    liquidation = _lost_at(fill, is_bankrupt=False)
    losses = []
    if _is_reached(fill, worst, fill.stop):
        losses.append((sign * fill.stop, _End(Kind.STOP, _traded(fill.stop, last))))
    if _is_reached(fill, worst_mark, liquidation):
        lost = _End(Kind.LIQUIDATED, _lost_at(fill, is_bankrupt=True))
        losses.append((sign * liquidation, lost))
    is_won = not is_filling and sign * best >= sign * fill.target
    if losses:
        # The nearer of the two losses is met first; of equals the liquidation.
        nearest = max(losses, key=lambda loss: (loss[0], loss[1].kind is Kind.LIQUIDATED))[1]
        return nearest._replace(is_ambiguous=is_won)
    reached = last.high if sign > 0 else last.low
    return _End(Kind.TARGET, sign * min(sign * fill.target, sign * reached)) if is_won else None


def _is_reached(fill: PlainFill, price: Decimal, level: Decimal) -> bool:
    return fill.sign * price <= fill.sign * level


def _lost_at(fill: PlainFill, *, is_bankrupt: bool) -> Decimal:
    """The price at which the margin is gone, or where it is liquidated; out of reach without."""
    if fill.margin is None:
        return Decimal("-Infinity") * fill.sign
    fraction = 1 / fill.margin.leverage
    if not is_bankrupt:
        fraction -= fill.margin.maintenance_fraction
    return fill.price * (1 - fill.sign * fraction)


def _traded(price: Decimal, last: PlainCandle) -> Decimal:
    return min(max(price, last.low), last.high)


def _book(
    fill: PlainFill,
    end: _End,
    at: datetime,
    market: PlainMarket,
    costs: LabelCosts,
    seen: list[Decimal],
) -> PlainLabel:
    """Rules 4, 6 and 7."""
    unit = abs(fill.price - fill.stop)
    paid = fill.sign * sum(
        rate * _value(market, moment) for moment, rate in market.funding if fill.at < moment <= at
    )
    net, left = _net(fill, end.kind, end.price, costs)
    best = _net(fill, Kind.TARGET, fill.target, costs)[0] if end.is_ambiguous else net
    moves = [fill.sign * (price - fill.price) for price in seen]
    return PlainLabel(
        kind=end.kind,
        filled_at=fill.at,
        left_at=at,
        fill=fill.price,
        exit=left,
        r_gross=fill.sign * (end.price - fill.quote) / unit,
        r_net=(net - paid) / unit,
        r_best=(best - paid) / unit,
        mae_r=-min(moves) / unit,
        mfe_r=max(moves) / unit,
        is_ambiguous=end.is_ambiguous,
    )


def _net(
    fill: PlainFill, kind: Kind, price: Decimal, costs: LabelCosts
) -> tuple[Decimal, Decimal]:
    """USDT of one coin after fees, and the exit after slippage."""
    is_resting = kind is Kind.TARGET and costs.target_is_maker
    left = price
    if not is_resting and kind is not Kind.LIQUIDATED:
        left = price * (1 - fill.sign * costs.costs.exit_slippage_bps / _BPS)
    taker, maker = costs.costs.taker_fraction, costs.maker_fraction
    fees = fill.price * (maker if fill.is_maker else taker) + left * (
        maker if is_resting else taker
    )
    return fill.sign * (left - fill.price) - fees, left


def _value(market: PlainMarket, moment: datetime) -> Decimal:
    at = moment - (moment - _EPOCH) % market.length
    return (market.mark.get(at) or market.last[at]).open
