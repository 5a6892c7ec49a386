"""A month of real minutes, labelled twice: the compiled labeller against the plain one."""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from trading import indicators
from trading.backtest.bars import BarSeries
from trading.backtest.market import Funding
from trading.candle_columns import moment_of
from trading.candles import Interval
from trading.labels.by_policy import label_by_policy
from trading.labels.many import Labels
from trading.labels.opportunities import Opportunity, Proposal
from trading.labels.plain import label_plainly
from trading.labels.plain_held import PlainCandle, PlainMarket
from trading.labels.policies import Policy
from trading.labels.price_path import PricePath
from trading.labels.selftest import difference
from trading.labels.settlements import Settlements
from trading.labels.states import Status
from trading.labels.terms import LabelTerms
from trading.positions import Direction

pytestmark = pytest.mark.realdata

HOUR_MS = 3_600_000
EVERY = 12
"""Hours between two decisions."""


@pytest.fixture(scope="module")
def minutes() -> BarSeries:
    folder = os.environ.get("AUTOTRADER_REAL_DATA")
    if not folder:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real candles")
    table = pq.read_table(Path(folder) / "candles" / "bybit_linear_cobra" / "SOLUSDT_1m.parquet")
    opened = table["ts_ms"].to_numpy()
    whole = slice(int(-opened[0] // 60_000 % 60), None)
    columns = [
        table[name].to_numpy()[whole] for name in ("open", "high", "low", "close", "volume")
    ]
    return BarSeries("SOLUSDT", Interval.M1, opened[whole], *columns)


@pytest.fixture(scope="module")
def decisions(minutes: BarSeries) -> list[Opportunity]:
    """One every half day, on hourly bars, each with a long of its own."""
    hours = len(minutes) // 60
    shape = (hours, 60)
    high = minutes.high[: hours * 60].reshape(shape).max(axis=1)
    low = minutes.low[: hours * 60].reshape(shape).min(axis=1)
    close = minutes.close[: hours * 60].reshape(shape)[:, -1]
    ranges = indicators.atr(high, low, close)
    made = []
    for hour in range(20, hours, EVERY):
        closed_at = moment_of(int(minutes.opened_ms[0]) + (hour + 1) * HOUR_MS)
        price, atr = Decimal(str(close[hour])), Decimal(str(ranges[hour]))
        own = Proposal(Direction.LONG, price - atr, price + 2 * atr, horizon_bars=12)
        decided_at = closed_at + timedelta(seconds=30)
        made.append(
            Opportunity("SOLUSDT", Interval.H1, closed_at, decided_at, price, price, atr, own)
        )
    return made


@pytest.fixture(scope="module")
def funding(minutes: BarSeries) -> Funding:
    """Eight-hourly, as SOLUSDT settles, at the usual rate."""
    times = minutes.opened_ms[minutes.opened_ms % (8 * HOUR_MS) == 0]
    return Funding(times, np.full(len(times), 0.0001))


@pytest.fixture(scope="module")
def labels(
    minutes: BarSeries, decisions: list[Opportunity], funding: Funding
) -> dict[Policy, Labels]:
    since, until = (moment_of(int(minutes.opened_ms[end])) for end in (0, -1))
    path = PricePath.of(minutes, settlements=Settlements(funding, since, until))
    return dict(label_by_policy(decisions, path, terms=LabelTerms(), ticks={}))


def test_both_labellers_agree(
    minutes: BarSeries,
    decisions: list[Opportunity],
    funding: Funding,
    labels: dict[Policy, Labels],
) -> None:
    market = PlainMarket(
        timedelta(minutes=1),
        _candles(minutes),
        {},
        [
            (moment_of(int(at)), Decimal(str(rate)))
            for at, rate in zip(funding.at_ms, funding.rate, strict=True)
        ],
    )
    terms = LabelTerms()

    differences = [
        f"{one.closed_at} {policy}: {what}"
        for place, one in enumerate(decisions)
        for policy in (Policy.AS_PROPOSED, Policy.SHADOW_SHORT, Policy.HORIZON)
        if (
            what := difference(
                labels[policy].rows[place],
                label_plainly(one, policy, market, costs=terms.costs, standard=terms.standard),
            )
        )
    ]

    assert differences == []


def test_every_decision_but_those_of_the_last_day_is_final(labels: dict[Policy, Labels]) -> None:
    waiting = {
        policy: int(np.count_nonzero(one.rows["status"] == Status.INCOMPLETE))
        for policy, one in labels.items()
    }

    assert all(count <= 2 for count in waiting.values())
    assert sum(waiting.values()) > 0


def test_minutes_leave_no_stop_of_a_range_or_more_in_doubt(labels: dict[Policy, Labels]) -> None:
    entered = sum(int(one.is_entered.sum()) for one in labels.values())

    assert entered > 100
    assert not any(one.rows["is_ambiguous"].any() for one in labels.values())


def _candles(minutes: BarSeries) -> dict[datetime, PlainCandle]:
    rows = zip(
        minutes.opened_ms.tolist(),
        minutes.open.tolist(),
        minutes.high.tolist(),
        minutes.low.tolist(),
        minutes.close.tolist(),
        strict=True,
    )
    return {
        moment_of(at): PlainCandle(*(Decimal(str(price)) for price in prices))
        for at, *prices in rows
    }
