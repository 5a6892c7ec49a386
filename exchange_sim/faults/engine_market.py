"""What happens to the market: jumps, freezes, thin books, other rules, other funding (spec 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.errors import RetCode
from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.vocabulary import Side
from exchange_sim.engine.wire_fields import Json
from exchange_sim.faults.engine_targets import Held, for_each, positions_of, symbols_of
from exchange_sim.faults.injection import Activation
from exchange_sim.faults.switchboard import Effect
from exchange_sim.market.changes import ChangeKind, MarketChange
from exchange_sim.market.feed import Market

FOREVER_MS = 2**53  # an end no market reaches: such a change is not taken back
_LEAD_MS = 2  # a jump needs a millisecond before it, and that one must still lie ahead
_NO_SYMBOL = "no symbol matches"
_FILTERS = {
    "tickSize": "tick_size",
    "qtyStep": "qty_step",
    "minNotional": "min_notional",
    "maxMktOrderQty": "max_market_qty",
}


def market_effects(exchange: Exchange, market: Market) -> Mapping[str, Effect]:
    """The effect of every fault of this file, by name."""
    acts = _MarketFaults(exchange, market)
    return {
        "mkt.gap": Effect(acts.gap),
        "mkt.wick": Effect(acts.wick),
        "mkt.mark_last_divergence": Effect(acts.part_mark, acts.restore),
        "mkt.freeze": Effect(acts.freeze, acts.restore),
        "mkt.spread": Effect(acts.widen, acts.restore),
        "mkt.thin_book": Effect(acts.thin, acts.restore),
        "mkt.halt": Effect(acts.halt, acts.restore),
        "mkt.filter_change": Effect(acts.change_filters, acts.restore),
        "mkt.delist": Effect(acts.delist),
        "fund.rate": Effect(acts.change_rate, acts.restore),
        "fund.interval_change": Effect(acts.change_interval, acts.restore),
        "fund.late": Effect(acts.delay_funding, acts.restore),
        "tpsl.both_in_one_bar": Effect(acts.touch_both),
    }


def end_left_over_changes(exchange: Exchange, market: Market) -> None:
    """End every open change of the market."""
    for change in market.open_changes:
        _end(exchange, change)


@dataclass(frozen=True, slots=True)
class _MarketFaults:
    """One method per fault; each returns what it did in words."""

    exchange: Exchange
    market: Market

    def gap(self, activation: Activation) -> str:
        """Let all prices jump for good."""
        factor = _factor(activation.number("pct"))
        values = {"last": factor, "mark": factor, "index": factor}
        return self._change(activation, ChangeKind.PRICE, values, lasts_ms=FOREVER_MS)

    def wick(self, activation: Activation) -> str:
        """Let the last price jump there and back."""
        values = {"last": _factor(activation.number("pct"))}
        lasts_ms = activation.whole("ms")
        return self._change(activation, ChangeKind.PRICE, values, lasts_ms=lasts_ms)

    def part_mark(self, activation: Activation) -> str:
        """Part the mark price from the last price."""
        values = {"mark": _factor(activation.number("pct"))}
        return self._change(activation, ChangeKind.PRICE, values)

    def freeze(self, activation: Activation) -> str:
        """Stop the prices."""
        return self._change(activation, ChangeKind.FREEZE, {})

    def widen(self, activation: Activation) -> str:
        """Part bid and ask."""
        return self._change(activation, ChangeKind.BOOK, {"spread_bps": activation.number("bps")})

    def thin(self, activation: Activation) -> str:
        """Leave few and small levels."""
        levels = Decimal(activation.whole("levels"))

        def act(symbol: str) -> str:
            size = activation.number("qty") or self.market.instrument(symbol).min_qty
            values = {"level_size": size, "levels": levels}
            return self._put(activation, ChangeKind.BOOK, symbol, values)

        return for_each(symbols_of(self.market, activation), act, _NO_SYMBOL)

    def halt(self, activation: Activation) -> str:
        """Refuse new orders."""
        status = activation.text("status")
        code = RetCode.ONLY_REDUCING if status == "reduce_only" else RetCode.NOT_TRADING
        values = {"refusal": Decimal(int(code)), "closed": Decimal(int(status == "Closed"))}
        return self._change(activation, ChangeKind.RULES, values)

    def change_filters(self, activation: Activation) -> str:
        """Change the grids and limits of orders."""
        named = {name: activation.number(wire) for wire, name in _FILTERS.items()}
        given = {name: value for name, value in named.items() if value}

        def act(symbol: str) -> str:
            tenfold = {"tick_size": self.market.instrument(symbol).tick_size * 10}
            return self._put(activation, ChangeKind.RULES, symbol, given or tenfold)

        return for_each(symbols_of(self.market, activation), act, _NO_SYMBOL)

    def delist(self, activation: Activation) -> str:
        """Announce the end of the symbols."""
        at_ms = self.exchange.now_ms + activation.whole("in_s") * 1_000

        def act(symbol: str) -> str:
            self.exchange.intervene("", "delist", {"symbol": symbol, "at_ms": at_ms})
            return f"{symbol} ends at {at_ms}"

        return for_each(symbols_of(self.market, activation), act, _NO_SYMBOL)

    def change_rate(self, activation: Activation) -> str:
        """Charge another rate."""
        return self._change(activation, ChangeKind.FUNDING, {"rate": activation.number("rate")})

    def change_interval(self, activation: Activation) -> str:
        """Settle in another rhythm, and say so in the trading rules."""
        minutes = Decimal(activation.whole("min"))
        rules = self._change(activation, ChangeKind.RULES, {"funding_interval_min": minutes})
        self._change(activation, ChangeKind.FUNDING, {"interval_min": minutes})
        return rules

    def delay_funding(self, activation: Activation) -> str:
        """Charge settlements late."""
        late_ms = Decimal(int(activation.number("s") * 1_000))
        return self._change(activation, ChangeKind.FUNDING, {"late_ms": late_ms})

    def touch_both(self, activation: Activation) -> str:
        """Let the last price touch the target, then the stop, within milliseconds."""

        def act(held: Held) -> str:
            position = held.position
            assert position.side is not None
            assert position.take_profit is not None
            assert position.stop_loss is not None
            now_ms, side = self.exchange.now_ms, position.side
            moments = ((position.take_profit, 1, side), (position.stop_loss, 3, side.opposite))
            for price, step, beyond in moments:
                self._touch(activation, position.symbol, now_ms + step * _LEAD_MS, price, beyond)
            return f"{position.symbol} touches {position.take_profit} and {position.stop_loss}"

        both = [
            held
            for held in positions_of(self.exchange, activation)
            if held.position.take_profit and held.position.stop_loss
        ]
        return for_each(both, act, "no open position with target and stop matches")

    def restore(self, activation: Activation) -> None:
        """End the changes the fault made."""
        mine = f"{_identity(activation)} "
        for change in self.market.open_changes:
            if change.change_id.startswith(mine):
                _end(self.exchange, change)

    def _touch(
        self, activation: Activation, symbol: str, at_ms: int, price: Decimal, beyond: Side
    ) -> None:
        last = self.market.tick_at(symbol, self.exchange.now_ms).last
        wanted = price + beyond.sign * self.market.instrument(symbol).tick_size
        self.exchange.intervene(
            "",
            "market_change",
            {
                "id": f"{_identity(activation)} {symbol} {at_ms}",
                "kind": ChangeKind.PRICE.value,
                "symbol": symbol,
                "from_ms": at_ms,
                "until_ms": at_ms + _LEAD_MS,
                "last": _plain(wanted / last),
            },
        )

    def _change(
        self,
        activation: Activation,
        kind: ChangeKind,
        values: Mapping[str, Decimal],
        *,
        lasts_ms: int | None = None,
    ) -> str:
        def act(symbol: str) -> str:
            return self._put(activation, kind, symbol, values, lasts_ms=lasts_ms)

        return for_each(symbols_of(self.market, activation), act, _NO_SYMBOL)

    def _put(
        self,
        activation: Activation,
        kind: ChangeKind,
        symbol: str,
        values: Mapping[str, Decimal],
        *,
        lasts_ms: int | None = None,
    ) -> str:
        from_ms = _soonest_ms(self.exchange, kind)
        params: dict[str, Json] = {
            "id": f"{_identity(activation)} {kind.value} {symbol}",
            "kind": kind.value,
            "symbol": symbol,
            "from_ms": from_ms,
            **{name: _plain(value) for name, value in values.items()},
        }
        if lasts_ms is not None:
            params["until_ms"] = min(FOREVER_MS, from_ms + lasts_ms)
        self.exchange.intervene("", "market_change", params)
        return f"{kind.value} of {symbol} from {from_ms}"


def _end(exchange: Exchange, change: MarketChange) -> None:
    at_ms = _soonest_ms(exchange, change.kind)
    exchange.intervene("", "end_market_change", {"id": change.change_id, "at_ms": at_ms})


def _soonest_ms(exchange: Exchange, kind: ChangeKind) -> int:
    """When a change can begin or end: at once, but a price can only jump at a tick to come."""
    jumps = kind in {ChangeKind.PRICE, ChangeKind.FREEZE}
    return exchange.now_ms + (_LEAD_MS if jumps else 0)


def _identity(activation: Activation) -> str:
    """Names the changes of one activation, also among those of an earlier life."""
    return f"{activation.name} {activation.injection.id} {activation.event.now_ms}"


def _factor(percent: Decimal) -> Decimal:
    return 1 + percent / 100


def _plain(value: Decimal) -> str:
    return format(value.quantize(Decimal("1e-15")).normalize(), "f")
