"""What must hold after any stream of orders over any prices: I3, I4, I7, I9, I10, I15, I16."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.events import (
    Event,
    ExecutionHappened,
    OrderUpdated,
    PositionUpdated,
)
from exchange_sim.engine.exchange import Exchange, ExchangeRules
from exchange_sim.engine.journal import FileJournal
from exchange_sim.engine.matching import MatchingPolicy
from exchange_sim.engine.model import Execution
from exchange_sim.engine.requests import LeverageRequest, OrderRequest
from exchange_sim.engine.vocabulary import ExecType
from tests.exchange_sim.engine.desk import BTC, ETH, ME, Desk

OTHER = "other"
RULES = ExchangeRules(matching=MatchingPolicy(maker_fraction=Decimal("0.6")))
QUANTITIES = st.sampled_from(["0.001", "0.013", "0.1", "0.25", "1", "1.7", "6"])
OFFSETS = st.integers(-40, 40)
STEP = st.one_of(
    st.tuples(st.just("move"), st.sampled_from([BTC, ETH]), st.integers(-60, 60)),
    st.tuples(st.just("gap"), st.sampled_from([BTC, ETH]), st.integers(-900, 900)),
    st.tuples(st.just("fund"), st.sampled_from([BTC, ETH]), st.integers(-37, 37)),
    st.tuples(
        st.just("order"),
        st.sampled_from([BTC, ETH]),
        st.sampled_from(["Buy", "Sell"]),
        QUANTITIES,
        st.sampled_from(["Market", "GTC", "IOC", "FOK", "PostOnly", "Stop", "Reduce"]),
        OFFSETS,
        st.sampled_from(["none", "full", "partial", "stop"]),
    ),
    st.tuples(st.just("stops"), st.sampled_from([BTC, ETH]), st.integers(1, 50), st.booleans()),
    st.tuples(st.just("trail"), st.sampled_from([BTC, ETH]), st.integers(1, 50)),
    st.tuples(st.just("amend"), st.integers(0, 5), QUANTITIES, OFFSETS),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("cancel_all"), st.sampled_from([None, "Order", "StopOrder"])),
    st.tuples(st.just("leverage"), st.sampled_from([BTC, ETH]), st.sampled_from([2, 10, 50, 100])),
    st.tuples(st.just("hedge"), st.sampled_from([0, 3])),
    st.tuples(st.just("cash"), st.integers(-3000, 3000)),
)
STREAMS = st.lists(STEP, min_size=5, max_size=40)


@dataclass
class Life:
    """Plays a stream on a desk; refusals are part of life."""

    desk: Desk
    links: int = 0
    accepted: int = 0
    refused: list[int] = field(default_factory=list)

    def play(self, stream: list[tuple[object, ...]]) -> None:
        for verb, *rest in stream:
            try:
                getattr(self, str(verb))(*rest)
            except VenueError as error:
                self.refused.append(error.code)

    def last(self, symbol: str) -> Decimal:
        return self.desk.market.tick_at(symbol, self.desk.exchange.now_ms).last

    def price(self, symbol: str, per_mille: int) -> str:
        return str((self.last(symbol) * (1000 + per_mille) / 1000).quantize(Decimal("0.1")))

    def move(self, symbol: str, bps: int) -> None:
        price = (self.last(symbol) * (10_000 + bps) / 10_000).quantize(Decimal("0.1"))
        self.desk.move(price, symbol=symbol)

    def gap(self, symbol: str, bps: int) -> None:
        self.move(symbol, bps)

    def fund(self, symbol: str, rate: int) -> None:
        self.desk.settle(Decimal(rate) / 10_000, symbol)

    def order(
        self, symbol: str, side: str, quantity: str, kind: str, offset: int, legs: str
    ) -> None:
        self.links += 1
        hedged = self.desk.exchange.position_mode(ME, symbol) == 3
        up = 1 if side == "Buy" else -1
        params: dict[str, object] = {
            "symbol": symbol,
            "side": side,
            "qty": quantity,
            "orderLinkId": f"link-{self.links}",
            "positionIdx": (1 if side == "Buy" else 2) if hedged else 0,
            "reduceOnly": kind == "Reduce",
        }
        if kind in {"GTC", "IOC", "FOK", "PostOnly"}:
            price = self.price(symbol, offset)
            params |= {"orderType": "Limit", "price": price, "timeInForce": kind}
        if kind == "Stop":
            direction = 1 if offset > 0 else 2
            params |= {"triggerPrice": self.price(symbol, offset), "triggerDirection": direction}
        if legs != "none" and kind != "Reduce":
            params["stopLoss"] = self.price(symbol, -up * 50)
            if legs != "stop":
                params["takeProfit"] = self.price(symbol, up * 45)
            params["tpslMode"] = "Partial" if legs == "partial" else "Full"
        self.desk.order(**params)
        self.accepted += 1

    def stops(self, symbol: str, distance: int, both: bool) -> None:
        row = self.desk.exchange.positions(ME, symbol)[0]
        up = 1 if row.side == "Buy" else -1
        params = {"stopLoss": self.price(symbol, -up * distance)}
        if both:
            params["takeProfit"] = self.price(symbol, up * distance)
        self.desk.stops(symbol=symbol, positionIdx=row.position_idx, **params)

    def trail(self, symbol: str, distance: int) -> None:
        row = self.desk.exchange.positions(ME, symbol)[0]
        self.desk.stops(symbol=symbol, positionIdx=row.position_idx, trailingStop=str(distance))

    def amend(self, number: int, quantity: str, offset: int) -> None:
        orders = self.desk.exchange.open_orders(ME)
        if orders:
            order = orders[number % len(orders)]
            self.desk.amend(order, qty=quantity, price=self.price(order.symbol, offset))

    def cancel(self, number: int) -> None:
        orders = self.desk.exchange.open_orders(ME)
        if orders:
            self.desk.cancel(orders[number % len(orders)])

    def cancel_all(self, order_filter: str | None) -> None:
        self.desk.cancel_all(symbol="", settleCoin="USDT", orderFilter=order_filter)

    def leverage(self, symbol: str, value: int) -> None:
        self.desk.leverage(value, symbol)

    def hedge(self, mode: int) -> None:
        self.desk.hedge(mode, symbol="", coin="USDT")

    def cash(self, amount: int) -> None:
        if amount > 0:
            self.desk.exchange.deposit(ME, Decimal(amount))
        else:
            self.desk.exchange.withdraw(ME, Decimal(-amount))


def live(stream: list[tuple[object, ...]], journal: FileJournal | None = None) -> Life:
    life = Life(Desk.open(rules=RULES, journal=journal))
    hold_something_else(life.desk.exchange)
    life.play(stream)
    return life


def hold_something_else(exchange: Exchange) -> None:
    """A second account that is long at high leverage through whatever happens."""
    exchange.open_account(OTHER, Decimal(1000))
    exchange.set_leverage(OTHER, LeverageRequest(symbol=BTC, buy=Decimal(100), sell=Decimal(100)))
    params = {"symbol": BTC, "side": "Buy", "orderType": "Market", "qty": "0.5"}
    exchange.create_order(OTHER, OrderRequest.parse(params | {"stopLoss": "59000"}))


RELAXED = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@RELAXED
@given(STREAMS)
def test_fills_orders_and_positions_agree(stream: list[tuple[object, ...]]) -> None:
    exchange = live(stream).desk.exchange
    fills: list[Execution] = [
        row for row in exchange.executions(ME) if row.exec_type is not ExecType.FUNDING
    ]
    assert len({row.execution_id for row in fills}) == len(fills)
    for order in exchange.orders(ME):
        mine = [row for row in fills if row.order_id == order.order_id]
        assert sum(row.quantity for row in mine) == order.filled_quantity <= order.quantity
        assert sum(row.value for row in mine) == order.filled_value
        assert sum(row.fee for row in mine) == order.filled_fee
    by_order = {order.order_id: order.position_idx for order in exchange.orders(ME)}
    for symbol in (BTC, ETH):
        for row in exchange.positions(ME, symbol):
            signed = sum(
                fill.side.sign * fill.quantity
                for fill in fills
                if fill.symbol == symbol and by_order[fill.order_id] == row.position_idx
            )
            assert signed == (row.size * row.side.sign if row.side else 0)


@RELAXED
@given(STREAMS)
def test_money_is_conserved_exactly(stream: list[tuple[object, ...]]) -> None:
    desk = live(stream).desk
    assert desk.total() == 0
    rows = list(reversed(desk.log()))
    balance = Decimal(0)
    for row in rows:
        assert row.change == row.cash_flow + row.funding - row.fee
        balance += row.change
        assert row.cash_balance == balance
    assert desk.wallet.balance == balance
    everybody = [*rows, *desk.exchange.transactions(OTHER)]
    assert sum(row.fee for row in everybody) == desk.exchange.counter_accounts()["fees"]
    assert sum(row.funding for row in everybody) == -desk.exchange.counter_accounts()["funding"]


@RELAXED
@given(STREAMS)
def test_closed_results_funding_and_open_fees_explain_the_wallet(
    stream: list[tuple[object, ...]],
) -> None:
    exchange = live(stream).desk.exchange
    rows = list(exchange.transactions(ME))
    cash = sum(row.change for row in rows if not row.symbol)
    funding = sum(row.funding for row in rows)
    open_fees = sum(holding.open_fee for holding in exchange._venue.account(ME).holdings.values())
    closed = sum(row.pnl for row in exchange.closed_pnls(ME))
    assert exchange.wallet(ME).balance == cash + funding + closed - open_fees


@RELAXED
@given(STREAMS)
def test_equity_is_balance_plus_unrealised_and_nothing_is_negative(
    stream: list[tuple[object, ...]],
) -> None:
    exchange = live(stream).desk.exchange
    wallet, rows = exchange.wallet(ME), exchange.positions(ME)
    assert wallet.equity == wallet.balance + wallet.unrealised
    assert abs(wallet.unrealised - sum(row.unrealised for row in rows)) <= Decimal("1e-8") * len(
        rows
    )
    assert wallet.available >= 0
    assert all(row.size > 0 for row in rows)
    if rows:
        assert wallet.equity > wallet.maintenance_margin


@RELAXED
@given(STREAMS)
def test_no_protection_outlives_its_position_and_full_stops_cover_it(
    stream: list[tuple[object, ...]],
) -> None:
    exchange = live(stream).desk.exchange
    sizes = {(row.symbol, row.position_idx): row for row in exchange.positions(ME)}
    for order in exchange.open_orders(ME):
        if order.is_waiting and order.stop_order_type.protects:
            row = sizes[order.symbol, order.position_idx]
            assert order.side is not row.side
            if order.tpsl_mode == "Full":
                assert order.quantity == row.size


@RELAXED
@given(STREAMS)
def test_events_only_move_forward(stream: list[tuple[object, ...]]) -> None:
    finished: set[str] = set()
    filled: dict[str, Decimal] = {}
    sequences: dict[str, int] = {}
    heard: list[Event] = live(stream).desk.heard
    for event in heard:
        if isinstance(event, OrderUpdated):
            order = event.order
            assert order.order_id not in finished
            assert order.filled_quantity >= filled.get(order.order_id, 0)
            filled[order.order_id] = order.filled_quantity
            if not order.is_open:
                finished.add(order.order_id)
        if isinstance(event, ExecutionHappened | PositionUpdated):
            # Sequences are per symbol, over all accounts.
            row = event.execution if isinstance(event, ExecutionHappened) else event.position
            if isinstance(row, Execution):
                assert row.seq > sequences.get(row.symbol, 0)
                sequences[row.symbol] = row.seq
            assert row.seq <= sequences.get(row.symbol, 0)


@settings(RELAXED, max_examples=60)
@given(STREAMS)
def test_a_restart_at_the_end_of_any_stream_gives_the_same_state(
    stream: list[tuple[object, ...]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        life = live(stream, FileJournal(path, {}))
        life.desk.exchange.close()
        again = Exchange(life.desk.market, FileJournal(path, {}), rules=RULES)
        assert again.state_hash() == life.desk.exchange.state_hash()
        again.close()


@settings(RELAXED, max_examples=40)
@given(STREAMS)
def test_the_same_stream_gives_the_same_state_and_listeners_change_nothing(
    stream: list[tuple[object, ...]],
) -> None:
    heard = live(stream)
    silent = Life(Desk.open(rules=RULES, listening=False))
    hold_something_else(silent.desk.exchange)
    silent.play(stream)
    assert heard.desk.exchange.state_hash() == silent.desk.exchange.state_hash()
    assert heard.refused == silent.refused


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["Buy", "Sell"]), st.lists(st.integers(-80, 80), min_size=1, max_size=30))
def test_a_trailing_stop_never_retreats_and_keeps_its_distance(side: str, path: list[int]) -> None:
    desk, up = Desk.open(), 1 if side == "Buy" else -1
    desk.order(side=side)
    desk.stops(trailingStop="300")
    (stop,) = desk.open_orders()
    best, price = Decimal(60_000), Decimal(60_000)
    for change in path:
        price += change
        desk.move(price)
        best = max(best, price) if up > 0 else min(best, price)
        order = desk.now(stop)
        assert order.trigger is not None
        assert order.trigger.price == best - up * 300
        fired = up * (price - order.trigger.price) <= 0
        assert (order.status == "Filled") is fired
        if fired:
            return
