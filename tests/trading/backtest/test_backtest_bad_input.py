"""Impossible candles, signals and rules are refused, in words that say what to do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.trading.backtest.backtest_builders import (
    HOUR_MS,
    START_MS,
    flat,
    market,
    rules,
    series,
    signals,
)
from trading.backtest.account_rules import AccountRules, Protections
from trading.backtest.bars import require_closed
from trading.backtest.exit_rules import ExitRules, PartialExit
from trading.backtest.market import Filters, Funding, Market
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.candles import Interval
from trading.errors import AutotraderError, BadDataError, InvariantError

NAN = float("nan")


def hours(*numbers: int) -> list[int]:
    return [START_MS + HOUR_MS * number for number in numbers]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: series([flat()] * 2, opened_ms=hours(0, 0)), "comes twice; keep one"),
        (lambda: series([flat()] * 2, opened_ms=hours(1, 0)), "follows a later one; sort"),
        (lambda: series([flat()], opened_ms=[START_MS + 1]), "not open on the grid of 1h"),
        (lambda: series([flat(-1.0)]), "a price that is not a number above 0"),
        (lambda: series([(1, NAN, 1, 1)]), "a price that is not a number above 0"),
        (lambda: series([(1, 2, 1.5, 2)]), "opens or closes outside its high and low"),
        (lambda: Market(()), "at least one symbol"),
        (lambda: Market((series([flat()]),) * 2), "comes twice in BTCUSDT, BTCUSDT"),
        (
            lambda: Market((series([flat()]), series([flat()], symbol="X", interval=Interval.H4))),
            "candles of 1h, 4h in one market",
        ),
        (
            lambda: market(flat(), finer={"BTCUSDT": series([flat()], interval=Interval.H4)}),
            "candles of 4h do not divide those of 1h",
        ),
        (lambda: Funding(np.array([1, 1]), np.zeros(2)), "funding times do not ascend"),
        (lambda: Funding(np.array([1, 2]), np.zeros(1)), "2 funding times but 1 rates"),
        (lambda: Funding(np.array([1]), np.array([NAN])), "a funding rate is not a number"),
    ],
)
def test_impossible_candles_and_funding_are_refused(
    build: Callable[[], object], message: str
) -> None:
    with pytest.raises(BadDataError, match=message):
        build()


def test_a_gap_is_counted_not_refused_and_the_next_candle_follows_it() -> None:
    holed = series([flat(), flat(110)], opened_ms=hours(0, 5))

    result = run(Market((holed,)), [signals(2, (0, 1))], rules())

    assert holed.missing == 4
    assert list(result.trades.entry_price) == [110]


def test_candles_of_the_future_are_refused() -> None:
    closes = datetime.fromtimestamp(START_MS / 1000, UTC) + timedelta(hours=2)
    two = series([flat()] * 2)

    require_closed(two, now=closes)
    with pytest.raises(BadDataError, match=r"BTCUSDT 1h: the candle of .* closes after"):
        require_closed(two, now=closes - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Signals("X", np.array([0, 3], np.int8)), "side of bar 1 is 3"),
        (lambda: Signals("X", np.array([0.0, NAN])), "side is float64; it must be an int8"),
        (lambda: Signals("X", [0, 1]), "side is list; it must be an int8 array"),
        (lambda: Signals("X", np.zeros((2, 2), np.int8)), r"side has shape \(2, 2\)"),
        (lambda: Signals("X", np.zeros(2, np.int8), stop=np.zeros(3)), r"stop has shape \(3,\)"),
        (lambda: signals(2, stop={1: -5.0}), "stop of bar 1 is -5.0"),
        (lambda: signals(2, limit={0: np.inf}), "limit of bar 0 is inf"),
        (
            lambda: Signals("X", np.zeros(2, np.int8), target=np.zeros(2, np.int64)),
            "target is int64; it must be an array of float64",
        ),
        (lambda: run(market(flat()), [signals(2)], rules()), "2 signals for 1 candles"),
        (lambda: run(market(flat()), [signals(1)] * 2, rules()), "give each symbol's once"),
        (
            lambda: run(market(flat()), [signals(1, symbol="X")], rules()),
            "signals of X, but the market has BTCUSDT",
        ),
    ],
)
def test_impossible_signals_are_refused(build: Callable[[], object], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        build()


def test_signals_cannot_be_changed_after_they_were_given() -> None:
    wish = signals(3, (0, 1))

    with pytest.raises(ValueError, match="read-only"):
        wish.side[0] = -1


WRONG: list[tuple[Callable[[], object], str]] = [
    (Sizing, "sizing has nothing; give exactly one of"),
    (lambda: Sizing(quantity=1.0, notional_usdt=1.0), "has notional_usdt, quantity; give exactly"),
    (lambda: Sizing(risk_fraction=1.5), "risk_fraction is 1.5; 0 to 1 is allowed"),
    (lambda: Sizing(quantity=NAN), "quantity is nan; it must be a finite number above 0"),
    (lambda: ExitRules(stop_fraction=1.0), "stop_fraction is 1.0; it must be below 1"),
    (lambda: ExitRules(target=-1.0), "target is -1.0"),
    (lambda: ExitRules(held_at_most=timedelta(0)), "held_at_most is 0:00:00"),
    (lambda: PartialExit(0.1, 0.0), "portion is 0; it must be above 0"),
    (
        lambda: ExitRules(partials=(PartialExit(0.2, 0.1), PartialExit(0.1, 0.1))),
        "each must lie beyond the one before",
    ),
    (
        lambda: ExitRules(partials=(PartialExit(0.1, 0.6), PartialExit(0.2, 0.6))),
        "at most 1 can be left",
    ),
    (
        lambda: ExitRules(partials=tuple(PartialExit(0.1 * n, 0.1) for n in range(1, 10))),
        "9 partial exits; at most 8",
    ),
    (lambda: CostRules(taker_fraction=0.5), "taker_fraction is 0.5; 0 to 0.1 is allowed"),
    (lambda: CostRules(exit_slippage_bps=10_000), "below 10000 bps"),
    (lambda: AccountRules(initial_equity_usdt=0.0), "initial_equity_usdt is 0.0"),
    (lambda: AccountRules(leverage=0.5), "leverage is 0.5; 1 to 200 is allowed"),
    (lambda: AccountRules(max_open_positions=-1), "max_open_positions is -1; it is a count"),
    (lambda: AccountRules(max_drawdown_fraction=2.0), "it is a fraction of 0 to 1"),
    (lambda: Protections(stop_guard_stops=-1), "stop_guard_stops is -1; it is a count"),
    (lambda: Protections(stop_guard_window=timedelta(-1)), "stop_guard_window is -1 day"),
    (lambda: Rules(limit_valid_bars=0), "limit_valid_bars is 0"),
    (
        lambda: Rules(account=AccountRules(leverage=100.0, maintenance_fraction=0.02)),
        "maintenance_fraction 0.02 leaves no room at leverage 100.0",
    ),
    (lambda: Filters(tick_size=-0.1), "tick_size is -0.1"),
    (lambda: Filters(minimum_quantity=2.0, maximum_quantity=1.0), "must be above the minimum"),
]


@pytest.mark.parametrize(("build", "message"), WRONG)
def test_impossible_rules_are_refused(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(AutotraderError, match=message):
        build()
