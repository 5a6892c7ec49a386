"""One report for all tests of its files, made once."""

import numpy as np
import pytest

from tests.fixtures.backtest_runs import asked_of, market_of, ran_of
from trading.backtest.poison import PoisonResult
from trading.backtest.random_entries import RandomEntries
from trading.backtest.report import Evidence, Report, make_report


def reported(**changed: object) -> Report:
    """A report over three invented symbols; `changed` are fields of the question."""
    ran = ran_of(market_of())
    nets = np.sort(np.random.default_rng(0).normal(0, 300, 200))
    clean = PoisonResult("BTCUSDT", 2400, 15, (), is_repeatable=True)
    evidence = Evidence((clean,), RandomEntries(nets, 0.4, 198.0))
    return make_report(asked_of(ran.market, **changed), ran, evidence, draws=100)


@pytest.fixture(scope="session")
def report() -> Report:
    """The report of the invented run."""
    return reported()
