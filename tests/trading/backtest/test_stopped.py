"""Where the deepest fall allowed was reached, entries ended; the report must know when."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from tests.fixtures.backtest_runs import EQUITY, asked_of, market_of
from trading.backtest.account_rules import AccountRules
from trading.backtest.ran import Ran
from trading.backtest.report import Evidence, make_report
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.backtest.stopped import stopped_at
from trading.limits import RiskLimits, RiskPolicy

MARKET = market_of(symbols=("BTCUSDT",), count=2000)


def ran(rules: Rules) -> Ran:
    """An entry at every other bar, which loses to costs whatever the market does."""
    side = np.tile(np.array([1, -1], np.int8), len(MARKET) // 2)
    signals = (Signals("BTCUSDT", side, stop=np.full(len(MARKET), np.nan)),)
    return Ran(MARKET, signals, rules, run(MARKET, signals, rules))


def rules(fall: float | None) -> Rules:
    return Rules(
        sizing=Sizing(equity_fraction=0.5),
        costs=CostRules(0.0, 0.001, 0.0, 0.0),
        account=AccountRules(max_drawdown_fraction=fall),
    )


def test_nothing_is_entered_after_the_bar_that_reached_the_deepest_fall() -> None:
    found = ran(rules(0.2))
    at = stopped_at(found)
    assert at is not None
    last_entry = datetime.fromtimestamp(int(found.backtest.trades.entry_ms[-1]) / 1000, UTC)
    assert last_entry < at
    assert found.backtest.refused["risk.drawdown"] > 100
    before = found.backtest.at_ms < at.timestamp() * 1000
    assert found.backtest.equity[before].min() > 0.8 * EQUITY


@pytest.mark.parametrize("fall", [None, 0.9999])
def test_without_such_a_fall_the_account_traded_to_the_end(fall: float | None) -> None:
    assert stopped_at(ran(rules(fall))) is None


def test_the_desks_own_limit_counts_where_it_holds() -> None:
    own = ran(rules(0.2))
    limits = RiskLimits(max_drawdown_fraction=Decimal("0.2"))
    desk = Ran(MARKET, own.signals, Rules(desk=RiskPolicy(limits=limits)), own.backtest)
    assert stopped_at(desk) == stopped_at(own)


def test_the_sample_counts_the_days_up_to_then() -> None:
    found = ran(rules(0.2))
    at = stopped_at(found)
    assert at is not None
    report = make_report(asked_of(MARKET), found, Evidence(), draws=100)
    badge = next(badge for badge in report.badges if badge.name == "sample size")
    assert f"(after {at:%Y-%m-%d} the drawdown brake" in badge.sentence
    days = (at.date() - datetime(2024, 1, 1, tzinfo=UTC).date()).days + 1
    assert f"on {days} days" in badge.sentence
