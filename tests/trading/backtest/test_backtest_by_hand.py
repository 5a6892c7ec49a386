"""Trades whose every number can be checked by hand."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.trading.backtest.backtest_builders import (
    HOUR_MS,
    START_MS,
    Prices,
    flat,
    market,
    rules,
    series,
    signals,
)
from trading.backtest.account_rules import AccountRules, Protections
from trading.backtest.exit_rules import (
    ExitRules,
    GainUnit,
    InsideBar,
    Opposite,
    PartialExit,
    TargetGap,
)
from trading.backtest.market import Filters, Funding, Market
from trading.backtest.records import Backtest, ExitReason
from trading.backtest.rules import CostRules, Quote, Rules, Sizing
from trading.backtest.run import run
from trading.candles import Interval

LONG, SHORT = 1, -1


def trade(side: int, *prices: Prices, **changes: Any) -> Backtest:
    """An entry at the open of the second candle, at 100 unless that says otherwise."""
    given = {name: changes.pop(name) for name in ("stop", "target", "limit") if name in changes}
    wish = signals(len(prices) + 1, (0, side), **{name: {0: x} for name, x in given.items()})
    return run(market(flat(), *prices), [wish], rules(**changes))


def left(result: Backtest) -> tuple[float, ExitReason, int]:
    """Price, reason and bar of the only exit."""
    (price,), (reason,), (bar,) = (
        result.trades.exit_price,
        result.trades.reason,
        result.trades.exit_bar,
    )
    return float(price), ExitReason(reason), int(bar)


QUIET = flat()


@pytest.mark.parametrize(
    ("side", "candle", "levels", "expected"),
    [
        (LONG, (100, 101, 94, 99), {"stop": 95.0}, (95, ExitReason.STOP)),
        (SHORT, (100, 106, 99, 99), {"stop": 105.0}, (105, ExitReason.STOP)),
        (LONG, (100, 111, 99, 99), {"target": 110.0}, (110, ExitReason.TARGET)),
        (SHORT, (100, 101, 89, 99), {"target": 90.0}, (90, ExitReason.TARGET)),
        # Both in one bar; then the market opens beyond the stop, beyond the target.
        (LONG, (100, 110, 95, 99), {"stop": 95.0, "target": 110.0}, (95, ExitReason.STOP)),
        (LONG, (94, 96, 93, 95), {"stop": 95.0}, (94, ExitReason.STOP)),
        (LONG, (112, 112, 90, 95), {"stop": 95.0, "target": 110.0}, (112, ExitReason.TARGET)),
        # A stop that is just missed.
        (LONG, (100, 100, 95.01, 96), {"stop": 95.0}, (96, ExitReason.OPEN_AT_END)),
    ],
)
def test_a_level_is_left_where_the_market_meets_it(
    side: int, candle: Prices, levels: dict[str, float], expected: tuple[float, ExitReason]
) -> None:
    assert left(trade(side, QUIET, candle, **levels)) == (*expected, 2)


def test_levels_already_hold_in_the_bar_of_the_entry() -> None:
    assert left(trade(LONG, (100, 101, 94, 99), stop=95.0)) == (95, ExitReason.STOP, 1)


def test_a_target_jumped_over_may_fill_without_the_windfall() -> None:
    exits = ExitRules(target_gap=TargetGap.TARGET)

    assert left(trade(LONG, QUIET, flat(112), target=110.0, exits=exits))[0] == 110


def test_target_first_is_the_other_bound_and_both_are_counted_as_ambiguous() -> None:
    candle = (100, 110, 95, 99)
    exits = ExitRules(inside_bar=InsideBar.TARGET_FIRST)

    better = trade(LONG, QUIET, candle, stop=95.0, target=110.0, exits=exits)
    worse = trade(LONG, QUIET, candle, stop=95.0, target=110.0)

    assert (left(worse)[0], left(better)[0]) == (95, 110)
    assert worse.trades.is_ambiguous[0]
    assert better.trades.is_ambiguous[0]


def test_finer_candles_tell_which_came_first() -> None:
    quarter = [flat(), (100, 111, 100, 108), (108, 108, 94, 95), flat(95)]
    finer = series([flat()] * 8 + quarter, interval=Interval.M15)
    coarse = market(flat(), flat(), (100, 111, 94, 95), finer={"BTCUSDT": finer})
    wish = signals(3, (0, LONG), stop={0: 95.0}, target={0: 110.0})

    result = run(coarse, [wish], rules())

    assert left(result)[:2] == (110, ExitReason.TARGET)
    assert not result.trades.is_ambiguous[0]
    assert result.trades.exit_ms[0] == START_MS + 2 * HOUR_MS + HOUR_MS // 2


def test_finer_candles_that_do_not_fill_the_bar_are_not_used() -> None:
    finer = series([flat()] * 11, interval=Interval.M15)
    coarse = market(flat(), flat(), (100, 111, 94, 95), finer={"BTCUSDT": finer})
    wish = signals(3, (0, LONG), stop={0: 95.0}, target={0: 110.0})

    assert left(run(coarse, [wish], rules()))[0] == 95


def test_fees_and_slippage_are_paid_on_both_sides() -> None:
    costs = CostRules(taker_fraction=0.001, entry_slippage_bps=10, exit_slippage_bps=20)

    result = trade(LONG, QUIET, (100, 100, 90, 95), stop=95.0, costs=costs)

    trades = result.trades
    assert trades.entry_price[0] == pytest.approx(100.1)
    assert trades.exit_price[0] == pytest.approx(95 * 0.998)
    assert trades.fees[0] == pytest.approx(0.001 * (100.1 + 94.81))
    assert trades.net[0] == pytest.approx(94.81 - 100.1 - 0.001 * (100.1 + 94.81))
    assert trades.risk[0] == pytest.approx(-trades.net[0])
    assert result.equity[-1] == pytest.approx(1000 + trades.net[0])


@pytest.mark.parametrize(
    ("candle", "price", "fee"),
    [
        pytest.param((100, 100, 98.9, 99.5), 99.0, 0.0002, id="traded through"),
        pytest.param((98.5, 99, 98, 98.5), 98.5, 0.00055, id="opened through it"),
    ],
)
def test_a_limit_fills_where_the_market_trades_through_it(
    candle: Prices, price: float, fee: float
) -> None:
    costs = CostRules(0.0002, 0.00055, 0.0, 0.0)
    tenth = {"BTCUSDT": Filters(tick_size=0.1)}
    wish = signals(2, (0, LONG), limit={0: 99.0})

    result = run(market(flat(), candle, filters=tenth), [wish], rules(costs=costs))

    assert list(result.trades.entry_price) == [price]
    assert result.trades.fees[0] == pytest.approx(price * fee)


def test_a_touch_is_no_fill_and_the_order_expires() -> None:
    touch = (100, 100, 99, 99.5)
    tenth = {"BTCUSDT": Filters(tick_size=0.1)}
    wish = signals(4, (0, LONG), limit={0: 99.0})

    result = run(market(flat(), touch, flat(), flat(50), filters=tenth), [wish], rules())

    assert len(result.trades) == 0
    assert result.refused == {"backtest.limit_not_filled": 1}


def test_the_bar_of_a_limit_fill_cannot_take_the_target_before_the_fill() -> None:
    wide = (100, 115, 98, 99.5)

    result = trade(LONG, wide, QUIET, limit=99.0, target=110.0)

    assert left(result) == (100, ExitReason.OPEN_AT_END, 2)


def test_funding_is_paid_by_what_was_held_when_it_settled() -> None:
    times = np.array([START_MS + hour * HOUR_MS for hour in (1, 2, 3)], np.int64)
    funding = {"BTCUSDT": Funding(times + np.array([0, 0, HOUR_MS // 2]), np.full(3, 0.01))}
    candles = (flat(), flat(100), flat(110), flat(120), flat(130))
    wish = signals(5, (0, LONG))

    result = run(market(*candles, funding=funding), [wish], rules())

    # Entered at the first settlement, which it does not pay; the last fell inside a bar.
    assert result.trades.funding[0] == pytest.approx(-(110 + 120) * 0.01)
    assert result.equity[-1] == pytest.approx(1000 + 30 - 2.3)


def test_a_short_receives_what_longs_pay() -> None:
    funding = {"BTCUSDT": Funding(np.array([START_MS + 2 * HOUR_MS]), np.array([0.01]))}

    result = run(market(*[flat()] * 4, funding=funding), [signals(4, (0, SHORT))], rules())

    assert result.trades.funding[0] == pytest.approx(1.0)


def test_a_crash_costs_the_margin_and_not_more() -> None:
    account = AccountRules(initial_equity_usdt=1_000.0, leverage=10.0)

    result = trade(LONG, QUIET, (100, 100, 50, 55), flat(55), account=account)

    # Liquidated at 90.5 = 100 x (1 - 1/10 + 0.005), taken over at bankruptcy, 90.
    assert left(result) == (pytest.approx(90), ExitReason.LIQUIDATION, 2)
    assert result.equity[-1] == pytest.approx(990)


def test_a_stop_before_the_liquidation_price_saves_the_margin() -> None:
    account = AccountRules(initial_equity_usdt=1_000.0, leverage=10.0)

    result = trade(LONG, QUIET, (100, 100, 50, 55), stop=95.0, account=account)

    assert left(result)[:2] == (95, ExitReason.STOP)


def test_an_open_beyond_the_liquidation_price_is_liquidated_not_stopped() -> None:
    account = AccountRules(initial_equity_usdt=1_000.0, leverage=10.0)

    result = trade(LONG, QUIET, (50, 55, 50, 55), stop=95.0, account=account)

    assert left(result)[:2] == (pytest.approx(90), ExitReason.LIQUIDATION)


def test_parts_are_left_one_by_one_and_make_one_trade() -> None:
    exits = ExitRules(partials=(PartialExit(0.1, 0.5), PartialExit(0.2, 0.25)), target=0.3)

    result = trade(LONG, (100, 111, 100, 110), (110, 135, 110, 130), exits=exits)

    # Half at 110, a quarter at 120, the rest at 130.
    assert left(result) == (117.5, ExitReason.TARGET, 2)
    assert result.trades.net[0] == pytest.approx(17.5)


def test_a_trailing_stop_follows_the_best_price_from_the_next_bar_on() -> None:
    exits = ExitRules(trailing_distance=0.05, trailing_from=0.1)

    result = trade(LONG, (100, 120, 100, 118), (118, 119, 114, 116), exits=exits)

    assert left(result) == (115, ExitReason.TRAILING, 2)


def test_a_close_beyond_the_new_stop_is_certain_to_have_hit_it() -> None:
    exits = ExitRules(trailing_distance=0.05, trailing_from=0.1)

    assert left(trade(LONG, (100, 120, 100, 110), exits=exits)) == (115, ExitReason.TRAILING, 1)


def test_break_even_earns_the_fees() -> None:
    exits = ExitRules(stop_fraction=0.1, break_even_at=0.05)
    costs = CostRules(0.0, 0.001, 0.0, 0.0)

    result = trade(LONG, (100, 106, 100, 105), (105, 105, 95, 95), exits=exits, costs=costs)

    assert left(result)[1] is ExitReason.BREAK_EVEN
    assert result.trades.net[0] == pytest.approx(0)


def test_gains_in_r_are_multiples_of_the_stop_distance() -> None:
    exits = ExitRules(target=2.0, gains_in=GainUnit.R)

    assert left(trade(LONG, QUIET, flat(120), stop=95.0, exits=exits))[0] == 120
    assert left(trade(LONG, QUIET, (100, 110, 99, 99), stop=95.0, exits=exits))[0] == 110


def test_time_ends_a_trade_at_an_open() -> None:
    exits = ExitRules(held_at_most=timedelta(hours=2))

    assert left(trade(LONG, QUIET, QUIET, flat(103), exits=exits)) == (103, ExitReason.TIME, 3)


@pytest.mark.parametrize(
    ("opposite", "reasons"),
    [
        (Opposite.REVERSE, [ExitReason.REVERSED, ExitReason.OPEN_AT_END]),
        (Opposite.CLOSE, [ExitReason.SIGNAL]),
        (Opposite.KEEP, [ExitReason.OPEN_AT_END]),
    ],
)
def test_an_opposite_signal_does_as_ruled(opposite: Opposite, reasons: list[ExitReason]) -> None:
    wish = signals(4, (0, LONG), (1, SHORT))

    result = run(market(*[flat()] * 4), [wish], rules(exits=ExitRules(opposite=opposite)))

    assert [ExitReason(reason) for reason in result.trades.reason] == reasons


def test_a_close_flag_leaves_before_an_entry_of_the_same_bar() -> None:
    wish = signals(4, (0, LONG), (1, LONG), close={1: True})

    result = run(market(flat(), flat(), flat(105), flat(105)), [wish], rules())

    assert list(result.trades.reason) == [ExitReason.SIGNAL, ExitReason.OPEN_AT_END]
    assert list(result.trades.net) == [5, 0]


@pytest.mark.parametrize(
    ("sizing", "quantity"),
    [
        (Sizing(equity_fraction=0.5), 5.0),
        (Sizing(risk_fraction=0.01), 2.0),
        (Sizing(notional_usdt=250.0), 2.5),
        (Sizing(quantity=3.0), 3.0),
        (Sizing(equity_fraction=0.5, quoted_at=Quote.LAST_CLOSE), 4.0),
    ],
)
def test_a_size_is_what_its_rule_asks_for(sizing: Sizing, quantity: float) -> None:
    first = (100, 125, 100, 125) if sizing.quoted_at is Quote.LAST_CLOSE else flat()
    wish = signals(3, (0, LONG), stop={0: 95.0})

    result = run(market(first, flat(), flat()), [wish], rules(sizing=sizing))

    assert result.trades.quantity[0] == pytest.approx(quantity)


def test_a_size_shrinks_to_the_margin_and_to_the_step() -> None:
    coarse = {"BTCUSDT": Filters(quantity_step=0.5, minimum_quantity=0.5)}
    costs = CostRules(0.001, 0.001, 0.0, 0.0)
    wish = signals(2, (0, LONG))

    result = run(
        market(flat(), flat(), filters=coarse),
        [wish],
        rules(sizing=Sizing(quantity=50.0), costs=costs),
    )

    # 1000 / (100 x (1 + 2 x 0.001)) = 9.98, down to the step.
    assert list(result.trades.quantity) == [9.5]


LIMITS = [
    ("risk.max_open_positions", {"max_open_positions": 1}),
    ("risk.symbol_exposure", {"max_symbol_exposure_fraction": 0.001}),
    ("risk.total_exposure", {"max_total_exposure_fraction": 0.1}),
    ("risk.entries_per_day", {"max_entries_per_day": 1}),
]


@pytest.mark.parametrize(("name", "limit"), LIMITS)
def test_a_limit_refuses_the_entry_it_has_no_room_for(name: str, limit: dict[str, Any]) -> None:
    both = Market(
        (series([flat()] * 3), series([flat()] * 3, symbol="ETHUSDT")),
        {"ETHUSDT": Filters(minimum_quantity=0.05), "BTCUSDT": Filters(minimum_quantity=0.0)},
    )
    wishes = [signals(3, (0, LONG)), signals(3, (0, LONG), symbol="ETHUSDT")]
    account = AccountRules(initial_equity_usdt=1_000.0, **limit)

    result = run(both, wishes, rules(account=account))

    assert result.refused == {name: 1}
    assert len(result.trades) == 1


def test_a_daily_loss_closes_everything_and_waits_for_the_next_day() -> None:
    candles = [flat(), flat(), flat(80), *[flat(80)] * 30]
    wish = signals(len(candles), (0, LONG), (5, LONG), (25, LONG))
    account = AccountRules(initial_equity_usdt=1_000.0, max_daily_loss_fraction=0.02)

    result = run(market(*candles), [wish], rules(account=account))

    assert list(result.trades.reason) == [ExitReason.DAILY_LOSS, ExitReason.OPEN_AT_END]
    assert list(result.trades.exit_bar) == [3, 32]
    assert result.refused == {"risk.daily_loss": 1}


def test_a_drawdown_stops_trading_for_good() -> None:
    candles = [flat(), flat(), flat(80), *[flat(80)] * 30]
    wish = signals(len(candles), (0, LONG), (5, LONG), (25, LONG))
    account = AccountRules(initial_equity_usdt=1_000.0, max_drawdown_fraction=0.02)

    result = run(market(*candles), [wish], rules(account=account))

    assert list(result.trades.reason) == [ExitReason.DRAWDOWN]
    assert result.refused == {"risk.drawdown": 2}


def test_a_stop_sends_the_symbol_into_a_pause() -> None:
    candles = [flat(), (100, 100, 94, 100), flat(), flat(), flat(), flat()]
    wish = signals(6, (0, LONG), (2, LONG), (3, LONG), stop={0: 95.0})
    protections = Protections(cooldown_after_stop=timedelta(hours=2))
    account = AccountRules(initial_equity_usdt=1_000.0, protections=protections)

    result = run(market(*candles), [wish], rules(account=account))

    assert list(result.trades.entry_bar) == [1, 4]
    assert result.refused == {"risk.cooldown_after_stop": 1}


def test_excursions_are_fractions_of_the_entry_price() -> None:
    result = trade(LONG, (100, 104, 97, 101), (101, 102, 90, 92), stop=95.0)

    assert result.trades.adverse[0] == pytest.approx(0.05)
    assert result.trades.favourable[0] == pytest.approx(0.04)


def test_nothing_is_traded_without_signals() -> None:
    result = run(market(flat(), flat()), [], Rules())

    assert len(result.trades) == 0
    assert list(result.equity) == [10_000, 10_000]
