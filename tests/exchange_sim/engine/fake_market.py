"""A market whose every price the test decides: ticks and settlements are given, never made up.

Implements what `exchange_sim.engine.market_feed.MarketFeed` asks for. The book is as exact:
asks start at the last price, bids one tick below it, `levels` of `level_size` a side.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from exchange_sim.market.changes import ChangeKind, MarketChange
from exchange_sim.market.rows import Bar
from exchange_sim.market.rule_changes import changed_rules
from exchange_sim.market.values import Book, FundingEvent, Instrument, RiskTier, Tick

MINUTE_MS = 60_000
START_MS = 1_700_000_040_000  # a whole minute


def tier(limit: str, maintenance: str, initial: str, leverage: str, deduction: str) -> RiskTier:
    return RiskTier(*map(Decimal, (limit, maintenance, initial, leverage, deduction)))


def instrument(coin: str = "BTC", **changes: object) -> Instrument:
    values: dict[str, object] = {
        "symbol": f"{coin}USDT",
        "base_coin": coin,
        "tick_size": Decimal("0.1"),
        "min_price": Decimal("0.1"),
        "max_price": Decimal("1999999.8"),
        "qty_step": Decimal("0.001"),
        "min_qty": Decimal("0.001"),
        "max_qty": Decimal(1190),
        "max_market_qty": Decimal(500),
        "min_notional": Decimal(5),
        "min_leverage": Decimal(1),
        "max_leverage": Decimal(100),
        "leverage_step": Decimal("0.01"),
        "funding_interval_min": 480,
        "upper_funding_rate": Decimal("0.00375"),
        "lower_funding_rate": Decimal("-0.00375"),
        "launch_time_ms": 1_585_526_400_000,
        "symbol_id": 5,
        "price_limit_x": Decimal("0.5"),
        "price_limit_y": Decimal("0.9"),
        "risk_tiers": (
            tier("2000000", "0.005", "0.01", "100", "0"),
            tier("4000000", "0.01", "0.0175", "57.14", "10000"),
            tier("6000000", "0.015", "0.025", "40", "30000"),
        ),
    }
    return Instrument(**(values | changes))


@dataclass
class FakeMarket:
    instruments: dict[str, Instrument]
    levels: int = 1000
    level_size: Decimal = Decimal(1000)
    start_ms: int = START_MS
    happened: list[Tick | FundingEvent] = field(default_factory=list)

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self.instruments)

    def instrument(self, symbol: str) -> Instrument:
        return self.instruments[symbol]

    def add(self, event: Tick | FundingEvent) -> None:
        self.happened.append(event)

    def events(self, after_ms: int, until_ms: int) -> Iterator[Tick | FundingEvent]:
        times = [event.ts_ms for event in self.happened]
        return iter(self.happened[bisect_right(times, after_ms) : bisect_right(times, until_ms)])

    def tick_at(self, symbol: str, now_ms: int) -> Tick:
        return next(
            event
            for event in reversed(self.happened)
            if isinstance(event, Tick) and event.symbol == symbol and event.ts_ms <= now_ms
        )

    def driving_bar(self, symbol: str, now_ms: int) -> Bar:
        price = self.tick_at(symbol, now_ms).last
        start_ms = now_ms - now_ms % MINUTE_MS
        end_ms = start_ms + MINUTE_MS - 1
        return Bar(start_ms, end_ms, price, price, price, price, Decimal(0), Decimal(0), False)

    def change(self, change: MarketChange) -> None:
        if change.kind is ChangeKind.RULES:
            rules = changed_rules(self.instruments[change.symbol], [change])
            self.instruments[change.symbol] = rules

    def end_change(self, change_id: str, at_ms: int) -> bool:
        return False

    def book_around(self, tick: Tick, depth: int) -> Book:
        last, step = tick.last, self.instruments[tick.symbol].tick_size
        count = min(depth, self.levels)
        asks = tuple((last + number * step, self.level_size) for number in range(count))
        bids = tuple((last - number * step, self.level_size) for number in range(1, count + 1))
        return Book(tuple(level for level in bids if level[0] > 0), asks)
