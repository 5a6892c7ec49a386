"""A user's own rule is asked at every close, acts at the next open and cannot see further."""

from math import inf

import numpy as np
import pytest

from tests.trading.backtest.backtest_builders import flat, market, rules, series
from tests.trading.backtest.test_backtest_kernel_and_twin import wild_market, wild_signals
from trading.backtest.account_rules import AccountRules
from trading.backtest.bar_view import Bar
from trading.backtest.exit_rules import ExitRules
from trading.backtest.market import Market
from trading.backtest.on_bar import run_on_bar
from trading.backtest.order import Order, buy, leave, sell
from trading.backtest.rules import Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.errors import InvariantError

SYMBOL = "BTCUSDT"


class Repeats:
    """Wishes for what recorded signals wish for."""

    def __init__(self, wishes: Signals) -> None:
        self.wishes = wishes

    def on_bar(self, bar: Bar) -> Order | None:
        one, at = self.wishes, bar.index
        assert one.close is not None
        if one.side[at] == 0 and not one.close[at]:
            return None
        levels = (float(getattr(one, name)[at]) for name in ("stop", "target", "limit", "size"))
        return Order(int(one.side[at]), bool(one.close[at]), *levels)


class Does:
    """Answers by the index of the bar, and notes what it saw."""

    def __init__(self, answers: dict[int, Order]) -> None:
        self.answers = answers
        self.seen: list[tuple[int, float, int, float]] = []

    def on_bar(self, bar: Bar) -> Order | None:
        self.seen.append((bar.index, bar.close, bar.position, bar.equity))
        return self.answers.get(bar.index)


@pytest.mark.parametrize("seed", range(6))
def test_a_rule_that_repeats_signals_trades_as_the_signals_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wild = wild_market(rng, tick=0.25, step=0.0, n_symbols=1 + 2 * (seed % 2))
    wishes = [wild_signals(rng, one) for one in wild.series]
    by = Rules(
        sizing=Sizing(equity_fraction=0.3),
        exits=ExitRules(stop_fraction=0.02, trailing_distance=0.01),
        account=AccountRules(max_open_positions=2, max_daily_loss_fraction=0.05),
        limit_valid_bars=3,
    )

    own = run_on_bar(wild, {one.symbol: Repeats(one) for one in wishes}, by)

    expected = run(wild, wishes, by)
    assert len(own.trades) > 5
    assert np.array_equal(own.equity, expected.equity)
    assert np.array_equal(own.trades.net, expected.trades.net)
    assert own.refused == expected.refused


def test_the_rule_sees_what_the_bar_did_to_its_position() -> None:
    prices = [flat(), flat(), (100, 100, 90, 95), flat(95)]
    rule = Does({0: buy(stop=92.0)})

    result = run_on_bar(market(*prices), {SYMBOL: rule}, rules())

    assert rule.seen == [(0, 100, 0, 1000), (1, 100, 1, 1000), (2, 95, 0, 992), (3, 95, 0, 992)]
    assert list(result.trades.exit_price) == [92]


def test_orders_reverse_and_leave_at_the_next_open() -> None:
    prices = [flat(), flat(101), flat(103), flat(102)]
    rule = Does({0: buy(), 1: sell(), 2: leave(), 3: buy()})

    result = run_on_bar(market(*prices), {SYMBOL: rule}, rules())

    assert list(result.trades.net) == [2, 1]
    assert result.refused == {"backtest.no_next_bar": 1}


def test_the_past_ends_with_the_bar_that_closed_and_cannot_be_changed() -> None:
    pasts = []

    class Looks:
        def on_bar(self, bar: Bar) -> None:
            pasts.append(bar.past("close", 2))

    run_on_bar(market(flat(1), flat(2), flat(3)), {SYMBOL: Looks()}, rules())

    assert [list(past) for past in pasts] == [[1], [1, 2], [2, 3]]
    with pytest.raises(ValueError, match="read-only"):
        pasts[-1][0] = 5


def test_a_symbol_without_a_candle_is_not_asked() -> None:
    times = [1704844800000 + 3_600_000 * hour for hour in (0, 2)]
    holed = series([flat(), flat(110)], symbol="ETHUSDT", opened_ms=times)
    both = Market((series([flat()] * 3), holed))
    rule = Does({0: buy()})

    result = run_on_bar(both, {"ETHUSDT": rule}, rules())

    assert [seen[:2] for seen in rule.seen] == [(0, 100), (1, 110)]
    assert list(result.trades.entry_bar) == [2]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (Order(side=2), "side is 2; 1, -1 and 0 are allowed"),
        (buy(stop=-1.0), "stop is -1.0; a finite number above 0"),
        (buy(limit=inf), "limit is inf; a finite number above 0"),
        (buy(size=0.0), "size is 0.0; a finite number above 0"),
    ],
)
def test_an_impossible_order_is_refused_with_its_symbol(order: Order, message: str) -> None:
    with pytest.raises(InvariantError, match=f"BTCUSDT: an order's {message}"):
        run_on_bar(market(flat(), flat()), {SYMBOL: Does({0: order})}, rules())


def test_a_rule_for_a_symbol_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvariantError, match="rules for XRPUSDT, but the market has BTCUSDT"):
        run_on_bar(market(flat()), {"XRPUSDT": Does({})}, rules())


def test_what_a_rule_raises_comes_through() -> None:
    class Breaks:
        def on_bar(self, bar: Bar) -> None:
            raise KeyError(bar.index)

    with pytest.raises(KeyError):
        run_on_bar(market(flat()), {SYMBOL: Breaks()}, rules())
