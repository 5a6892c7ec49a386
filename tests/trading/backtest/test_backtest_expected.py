"""The results every engine was compared by, reproduced to the cent on the same candles."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli.bench.backtest.made_up import (
    PORTFOLIO_SHA,
    SINGLE_SHA,
    digest,
    one_symbol,
    ten_symbols,
)
from cli.bench.backtest.works import Prepared, Work, prepare, simple_rules
from trading.backtest.averages import crosses
from trading.backtest.market import Market
from trading.backtest.records import ExitReason
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.backtest.summaries import summary_of

pytestmark = pytest.mark.realdata

PEERS = os.environ.get("AUTOTRADER_BENCH_PEERS")
"""Read at import: tests run without the variables of the developer."""


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """What the rivals' folder holds as the reference."""
    if PEERS is None:
        pytest.skip("AUTOTRADER_BENCH_PEERS does not name the folder with expected.json")
    told: dict[str, Any] = json.loads((Path(PEERS) / "expected.json").read_text("utf-8"))
    return told


def wishes(market: Market) -> list[Signals]:
    return [Signals(one.symbol, crosses(one.close, 20, 50)) for one in market.series]


def test_one_symbol(expected: dict[str, Any]) -> None:
    market = Market((one_symbol(),))
    assert digest(market.series) == SINGLE_SHA

    result = run(market, wishes(market), simple_rules())

    want, figures = expected["W1"], summary_of(result)
    reasons = result.trades.reason
    assert len(result.trades) == want["trades"]
    assert np.count_nonzero(reasons == ExitReason.REVERSED) == want["exits_signal"]
    assert np.count_nonzero(reasons == ExitReason.STOP) == want["exits_sl"]
    assert np.count_nonzero(reasons == ExitReason.TARGET) == want["exits_tp"]
    assert result.equity[-1] == pytest.approx(want["final_equity"], abs=0.005)
    assert figures.max_drawdown[0] == pytest.approx(want["max_drawdown"], rel=1e-9)
    assert figures.win_rate[0] == pytest.approx(want["win_rate"], rel=1e-9)
    assert figures.profit_factor[0] == pytest.approx(want["profit_factor"], rel=1e-9)


def test_ten_symbols_with_three_positions_at_most(expected: dict[str, Any]) -> None:
    market = Market(ten_symbols())
    assert digest(market.series) == PORTFOLIO_SHA

    result = run(market, wishes(market), simple_rules(max_open_positions=3))

    want = expected["W3"]
    open_at_end = np.count_nonzero(result.trades.reason == ExitReason.OPEN_AT_END)
    assert (len(result.trades) - open_at_end, open_at_end) == (want["closed"], want["open_at_end"])
    assert result.equity[-1] == pytest.approx(want["final_equity"], abs=0.005)


@pytest.mark.slow
def test_a_thousand_combinations(expected: dict[str, Any]) -> None:
    work: Prepared = prepare(Work.SWEEP, bars=0, combinations=1000, threads=2)

    figures = work.do()

    want = expected["W2"]
    assert int(figures.trades.sum()) == want["trades"]
    assert int(figures.closed.sum()) == want["closed"]
    assert figures.final_equity.mean() == pytest.approx(want["mean_final_equity"], abs=0.005)
    assert figures.final_equity.min() == pytest.approx(want["min_final_equity"], abs=0.005)
    assert figures.final_equity.max() == pytest.approx(want["max_final_equity"], abs=0.005)
