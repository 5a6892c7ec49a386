"""The labels' algorithm once more, in plain Python with exact numbers: it judges the compiled one.

Written from learning.md §4.2, rule by rule in its order, and apart from the kernel: nothing of it
is used here but the words for what happened. It is a thousand times slower, so that only the
self-test and the tests call it. Halts and limits of known funding are not its matter.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from trading.labels.label_costs import LabelCosts
from trading.labels.opportunities import LimitEntry, Opportunity, Proposal, Trigger
from trading.labels.plain_held import PlainFill, PlainLabel, PlainMarket, hold
from trading.labels.policies import Policy, Standard
from trading.labels.states import Kind
from trading.positions import Direction

_BPS = Decimal(10_000)


def label_plainly(
    one: Opportunity, policy: Policy, market: PlainMarket, *, costs: LabelCosts, standard: Standard
) -> PlainLabel:
    """The label of one decision under one policy; of kind UNKNOWN if something lacks."""
    if policy is Policy.HORIZON:
        return _forecast(one, market)
    wish = _wish(one, policy, standard)
    if wish is None:
        return PlainLabel(Kind.NO_TRADE)
    if one.atr is None:
        return PlainLabel(Kind.UNKNOWN)
    if wish.stop_distance(one.reference_price) < standard.minimum_stop_atr * one.atr:
        return PlainLabel(Kind.STOP_TOO_NEAR)
    drift = standard.maximum_drift_atr * one.atr
    filled = _fill(wish, market, costs, drift)
    if isinstance(filled, Kind):
        return PlainLabel(filled)
    return hold(filled, market, costs)


class _Wish(NamedTuple):
    """The trade of a policy. Without `own` its barriers are the standard ones from its entry."""

    direction: Direction
    at: datetime
    reference: Decimal
    horizon: timedelta
    own: Proposal | None
    distance: Decimal
    target_r: Decimal

    def stop_distance(self, reference: Decimal) -> Decimal:
        if self.own is None:
            return self.distance
        planned = reference if self.own.limit is None else self.own.limit.price
        return abs(planned - self.own.stop_loss)

    def levels(self, quote: Decimal) -> tuple[Decimal, Decimal]:
        if self.own is not None:
            return self.own.stop_loss, self.own.take_profit
        away = self.direction.sign * self.distance
        return quote - away, quote + self.target_r * away


def _wish(one: Opportunity, policy: Policy, standard: Standard) -> _Wish | None:
    own = one.proposal
    distance = standard.stop_atr * (one.atr or Decimal(0))
    if policy is Policy.AS_PROPOSED:
        if own is None:
            return None
        horizon = own.horizon_bars * one.interval.length
        return _Wish(
            own.direction, one.decided_at, one.reference_price, horizon, own, distance, Decimal(0)
        )
    sides = {Policy.SHADOW_LONG: Direction.LONG, Policy.SHADOW_SHORT: Direction.SHORT}
    direction = sides.get(policy) or (own.direction if own else None)
    if direction is None:
        return None
    at, horizon = one.closed_at + standard.delay, standard.horizon_bars * one.interval.length
    return _Wish(direction, at, one.close, horizon, None, distance, standard.target_r)


def _fill(wish: _Wish, market: PlainMarket, costs: LabelCosts, drift: Decimal) -> PlainFill | Kind:
    """Rule 1: where and when it is filled, or why not."""
    if wish.own is not None and wish.own.limit is not None:
        return _fill_limit(wish, wish.own.limit, market, costs)
    at = market.open_from(wish.at)
    candle = market.last.get(at)
    if candle is None:
        return Kind.UNKNOWN
    if abs(candle.open - wish.reference) > drift:
        return Kind.NO_ENTRY_DRIFT
    return _filled(wish, at, candle.open, _slipped(wish, candle.open, costs))


def _fill_limit(
    wish: _Wish, limit: LimitEntry, market: PlainMarket, costs: LabelCosts
) -> PlainFill | Kind:
    sign, at = wish.direction.sign, market.open_from(wish.at)
    expires = wish.at + limit.valid_for
    through = limit.price - sign * limit.tick_size
    while at < expires:
        candle = market.last.get(at)
        if candle is None:
            return Kind.UNKNOWN
        if sign * candle.open <= sign * through:
            worst = min if sign > 0 else max
            return _filled(
                wish, at, candle.open, worst(_slipped(wish, candle.open, costs), limit.price)
            )
        reached = candle.low if sign > 0 else candle.high
        if sign * reached <= sign * through and at + market.length <= expires:
            return _filled(wish, at, limit.price, limit.price, is_maker=True)
        at += market.length
    return Kind.NO_FILL


def _slipped(wish: _Wish, price: Decimal, costs: LabelCosts) -> Decimal:
    return price * (1 + wish.direction.sign * costs.costs.entry_slippage_bps / _BPS)


def _filled(
    wish: _Wish, at: datetime, quote: Decimal, price: Decimal, *, is_maker: bool = False
) -> PlainFill | Kind:
    stop, target = wish.levels(quote)
    filled = PlainFill(
        sign=wish.direction.sign,
        at=at,
        quote=quote,
        price=price,
        stop=stop,
        target=target,
        until=at + wish.horizon,
        is_maker=is_maker,
        by_mark=wish.own is not None and wish.own.trigger is Trigger.MARK,
        margin=wish.own.margin if wish.own is not None else None,
    )
    return Kind.INVALID_AT_FILL if _is_beyond(filled) else filled


def _is_beyond(filled: PlainFill) -> bool:
    sign = filled.sign
    prices = (sign * filled.quote, sign * filled.price)
    return min(prices) <= sign * filled.stop or max(prices) >= sign * filled.target


def _forecast(one: Opportunity, market: PlainMarket) -> PlainLabel:
    """Policy 3: from close to close, in average true ranges."""
    until = one.closed_at + one.forecast_bars * one.interval.length
    opens = market.opens(one.closed_at, until)
    if one.atr is None or any(at not in market.last for at in opens):
        return PlainLabel(Kind.UNKNOWN)
    change = (market.last[opens[-1]].close - one.close) / one.atr
    kind = Kind.UP if change > 0 else Kind.DOWN if change < 0 else Kind.UNCHANGED
    return PlainLabel(kind, r_gross=change, r_net=change, r_best=change)
