"""Buy and hold, calculated by hand: fees, slippage, funding, holes and the strategy's size."""

import numpy as np
import pytest

from tests.fixtures.backtest_runs import HOUR_MS, START_MS, market_of
from trading.backtest.account_rules import AccountRules
from trading.backtest.bars import BarSeries
from trading.backtest.held import Held, at_volatility_of, hold_all, hold_each
from trading.backtest.market import Funding, Market
from trading.backtest.rules import CostRules, Rules
from trading.candles import Interval

FREE = Rules(costs=CostRules.none(), account=AccountRules(initial_equity_usdt=1000.0))


def rising(symbol: str, *closes: float, hours: tuple[int, ...] = ()) -> BarSeries:
    """Candles that open at the close before, the first at 100."""
    close = np.array(closes)
    opened = np.append(100.0, close[:-1])
    at = np.array(hours or range(len(closes)), dtype=np.int64)
    return BarSeries(
        symbol=symbol,
        interval=Interval.H1,
        opened_ms=START_MS + HOUR_MS * at,
        open=opened,
        high=np.maximum(opened, close),
        low=np.minimum(opened, close),
        close=close,
        volume=np.ones(len(close)),
    )


def test_without_costs_holding_earns_what_the_price_did() -> None:
    market = Market((rising("BTCUSDT", 110.0, 90.0, 130.0),))

    (held,) = hold_each(market, FREE)

    assert held.equity == pytest.approx([1100.0, 900.0, 1300.0])
    assert held.total_return == pytest.approx(0.3)
    assert held.max_drawdown == pytest.approx(200 / 1100)


def test_the_entry_slips_and_pays_its_fee() -> None:
    rules = Rules(
        costs=CostRules(taker_fraction=0.001, entry_slippage_bps=100.0), account=FREE.account
    )

    (held,) = hold_each(Market((rising("BTCUSDT", 101.0, 202.0),)), rules)

    # 1000 / 101 coins bought at 101, 1 USDT of fee.
    assert held.equity == pytest.approx([999.0, 1999.0])


def test_funding_is_paid_from_the_first_settlement_after_the_entry() -> None:
    settlements = START_MS + HOUR_MS * np.array([-1, 0, 1, 2, 9], dtype=np.int64)
    funding = Funding(settlements, np.array([0.5, 0.5, 0.01, -0.02, 0.5]))
    market = Market((rising("BTCUSDT", 100.0, 200.0, 200.0),), funding={"BTCUSDT": funding})

    (held,) = hold_each(market, FREE)

    # Ten coins: 1 % of 100 paid in the second hour, 2 % of 200 received in the third.
    assert held.equity == pytest.approx([1000.0, 1990.0, 2030.0])


def test_a_symbol_that_comes_later_or_pauses_keeps_its_money_and_its_last_price() -> None:
    whole = rising("BTCUSDT", 100.0, 100.0, 100.0, 100.0)
    holed = rising("ETHUSDT", 150.0, 300.0, hours=(1, 3))

    _, held = hold_each(Market((whole, holed)), FREE)

    assert held.equity == pytest.approx([1000.0, 1500.0, 1500.0, 3000.0])


def test_equal_parts_are_the_mean_of_all_symbols() -> None:
    market = Market((rising("BTCUSDT", 110.0), rising("ETHUSDT", 130.0)))

    both = hold_all(hold_each(market, FREE))

    assert both.equity == pytest.approx([1200.0])
    assert both.name == "equal parts"


def test_holding_is_scaled_to_the_strategys_volatility() -> None:
    held = Held("BTCUSDT", np.array([1000.0, 1400.0, 1000.0]), 1000.0)
    equity = np.array([1000.0, 1100.0, 1000.0])

    alike = at_volatility_of(equity, held)

    assert alike is not None
    assert alike.share == pytest.approx(0.25)
    assert alike.equity == pytest.approx([1000.0, 1100.0, 1000.0])


@pytest.mark.parametrize("flat", ["equity", "held"])
def test_what_never_moves_cannot_be_scaled(flat: str) -> None:
    moving, still = np.array([1000.0, 1100.0, 1000.0]), np.full(3, 1000.0)
    held = Held("BTCUSDT", still if flat == "held" else moving, 1000.0)

    assert at_volatility_of(still if flat == "equity" else moving, held) is None


def test_the_share_of_a_scaled_holding_gives_its_volatility_back() -> None:
    market = market_of(symbols=("BTCUSDT",), count=500)
    (held,) = hold_each(market, Rules())
    equity = 10_000 + np.cumsum(np.random.default_rng(0).standard_normal(500))

    alike = at_volatility_of(equity, held)

    assert alike is not None
    assert np.std(np.diff(alike.equity)) == pytest.approx(np.std(np.diff(equity)))
