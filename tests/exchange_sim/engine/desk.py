"""One account on an exchange over a fake market, in the short words tests are written in."""

from dataclasses import dataclass, field
from decimal import Decimal

from exchange_sim.engine.events import Event
from exchange_sim.engine.exchange import Exchange, ExchangeRules
from exchange_sim.engine.journal import Journal
from exchange_sim.engine.model import Position, Transaction, Wallet
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.requests import (
    AmendRequest,
    CancelAllRequest,
    CancelRequest,
    LeverageRequest,
    ModeRequest,
    OrderRequest,
    TradingStopRequest,
)
from exchange_sim.market.values import FundingEvent, Tick
from tests.exchange_sim.engine.fake_market import FakeMarket, instrument

BTC, ETH, ME = "BTCUSDT", "ETHUSDT", "me"


def dec(value: object) -> Decimal:
    return Decimal(str(value))


@dataclass
class Desk:
    market: FakeMarket
    exchange: Exchange
    heard: list[Event] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        price: object = 60_000,
        *,
        rules: ExchangeRules | None = None,
        journal: Journal | None = None,
        market: FakeMarket | None = None,
        listening: bool = True,
    ) -> "Desk":
        if market is None:
            market = FakeMarket({BTC: instrument(), ETH: instrument("ETH", symbol_id=6)})
            for symbol, last in ((BTC, dec(price)), (ETH, dec(3000))):
                market.add(Tick(market.start_ms, symbol, last, last, last))
        desk = cls(market, Exchange(market, journal, rules=rules or ExchangeRules()))
        desk.exchange.open_account(ME)
        if listening:
            desk.exchange.subscribe(desk.heard.append)
        return desk

    # market -------------------------------------------------------------------------------

    def move(
        self, *prices: object, symbol: str = BTC, mark: object = None, step: int = 1000
    ) -> None:
        """Let the last price (and the mark, unless given) go through `prices`, a second each."""
        for price in prices:
            at = self.exchange.now_ms + step
            last = dec(price)
            self.market.add(Tick(at, symbol, last, last if mark is None else dec(mark), last))
            self.exchange.advance(at)

    def gap(self, price: object) -> None:
        """Jump to `price` as from one candle's close to the next one's open."""
        self.move(price, step=1)

    def candle(self, *prices: object) -> None:
        """Four ticks inside the next whole minute."""
        start = self.exchange.now_ms - self.exchange.now_ms % 60_000 + 60_000
        times = (start, start + 20_000, start + 40_000, start + 59_999)
        for at, price in zip(times, prices, strict=True):
            self.market.add(Tick(at, BTC, dec(price), dec(price), dec(price)))
        self.exchange.advance(times[-1])

    def settle(self, rate: object, symbol: str = BTC) -> None:
        at = self.exchange.now_ms + 1000
        self.market.add(FundingEvent(at, symbol, dec(rate)))
        self.exchange.advance(at)

    # commands -----------------------------------------------------------------------------

    def order(self, **params: object) -> Order:
        """Create an order from wire parameters; market buy of 0.1 BTC unless told otherwise."""
        values = {"symbol": BTC, "side": "Buy", "orderType": "Market", "qty": "0.1"} | params
        return self.exchange.create_order(ME, OrderRequest.parse(values))

    def buy(self, quantity: object = "0.1", **params: object) -> Order:
        return self.order(side="Buy", qty=str(quantity), **params)

    def sell(self, quantity: object = "0.1", **params: object) -> Order:
        return self.order(side="Sell", qty=str(quantity), **params)

    def limit(self, side: str, quantity: object, price: object, **params: object) -> Order:
        return self.order(
            side=side, qty=str(quantity), orderType="Limit", price=str(price), **params
        )

    def amend(self, order: Order, **params: object) -> Order:
        values = {"symbol": order.symbol, "orderId": order.order_id} | params
        return self.exchange.amend_order(ME, AmendRequest.parse(values))

    def cancel(self, order: Order) -> Order:
        return self.exchange.cancel_order(
            ME, CancelRequest(symbol=order.symbol, order_id=order.order_id)
        )

    def cancel_all(self, **params: object) -> list[Order]:
        return self.exchange.cancel_all(ME, CancelAllRequest.parse({"symbol": BTC} | params))

    def stops(self, **params: object) -> None:
        self.exchange.set_trading_stop(ME, TradingStopRequest.parse({"symbol": BTC} | params))

    def leverage(self, value: object, symbol: str = BTC) -> None:
        self.exchange.set_leverage(
            ME, LeverageRequest(symbol=symbol, buy=dec(value), sell=dec(value))
        )

    def hedge(self, mode: int = 3, **params: object) -> None:
        values = {"symbol": BTC, "mode": mode} | params
        self.exchange.switch_mode(ME, ModeRequest.parse(values))

    # reads --------------------------------------------------------------------------------

    @property
    def wallet(self) -> Wallet:
        return self.exchange.wallet(ME)

    def position(self, position_idx: int = 0, symbol: str = BTC) -> Position:
        rows = self.exchange.positions(ME, symbol)
        return next(row for row in rows if row.position_idx == position_idx)

    def now(self, order: Order) -> Order:
        found = self.exchange.order(ME, order_id=order.order_id)
        assert found is not None
        return found

    def open_orders(self, symbol: str = BTC) -> list[Order]:
        return self.exchange.open_orders(ME, symbol)

    def children(self) -> dict[str, Order]:
        """The waiting protective orders by their kind."""
        return {
            str(order.stop_order_type): order
            for order in self.exchange.open_orders(ME)
            if order.is_waiting
        }

    def log(self) -> list[Transaction]:
        return list(self.exchange.transactions(ME))

    def total(self) -> Decimal:
        """The sum over every account there is; must be exactly zero."""
        wallets = sum(self.exchange.wallet(name).balance for name in self.exchange.accounts)
        return wallets + sum(self.exchange.counter_accounts().values())
