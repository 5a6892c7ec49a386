"""A minute market of a few candles and a decision on it, so that a test says what it is about.

The bar that was judged closed at `START` at 100, with an average true range of 2: a market entry
may drift 0.5, a stop lies at least 1 away, a standard trade risks 3 for 6.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.market import Funding
from trading.candle_columns import milliseconds_of
from trading.candle_series import Span
from trading.candles import Interval
from trading.costs import Costs
from trading.labels.label import Label
from trading.labels.label_costs import LabelCosts
from trading.labels.labelling import label_decisions
from trading.labels.opportunities import Opportunity, Proposal
from trading.labels.policies import Policy
from trading.labels.price_path import PricePath
from trading.labels.settlements import Settlements
from trading.labels.terms import LabelTerms
from trading.labels.ticks import Ticks
from trading.positions import Direction

SYMBOL = "BTCUSDT"
START = datetime(2024, 1, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FREE = LabelCosts(Costs(Decimal(0), Decimal(0), Decimal(0)), maker_fraction=Decimal(0))

Prices = tuple[float, float, float, float]
STILL: Prices = (100, 100, 100, 100)
"""A minute in which nothing happens."""


def at(minute: float) -> datetime:
    return START + minute * MINUTE


def bars(
    *candles: Prices | None, interval: Interval = Interval.M1, start: datetime = START
) -> BarSeries:
    """Candles of (open, high, low, close), one after another; None leaves one out."""
    places = [place for place, one in enumerate(candles) if one is not None]
    columns = np.array([one for one in candles if one is not None], np.float64).reshape(-1, 4)
    length = interval.length // timedelta(milliseconds=1)
    return BarSeries(
        SYMBOL,
        interval,
        milliseconds_of(start) + length * np.array(places, np.int64),
        *(np.ascontiguousarray(columns[:, place]) for place in range(4)),
        np.ones(len(columns)),
    )


def settlements(
    *rates: tuple[float, float], since: float = -10_000, until: float = 10_000
) -> Settlements:
    """Funding of (minute, rate), known from one minute to another."""
    times = np.array([milliseconds_of(at(minute)) for minute, _ in rates], np.int64)
    funding = Funding(times, np.array([rate for _, rate in rates], np.float64))
    return Settlements(funding, at(since), at(until))


def path(
    *candles: Prices | None,
    mark: Sequence[Prices | None] | None = None,
    funding: Settlements | None = None,
    halts: Sequence[Span] = (),
    **how: Any,
) -> PricePath:
    return PricePath.of(
        bars(*candles, **how),
        settlements=funding or settlements(),
        mark=None if mark is None else bars(*mark, **how),
        halts=halts,
    )


def long(**changes: Any) -> Proposal:
    """In at the market, stop 97, target 106, five minutes."""
    return replace(Proposal(Direction.LONG, Decimal(97), Decimal(106), 5), **changes)


def short(**changes: Any) -> Proposal:
    """The mirror image: stop 103, target 94."""
    return replace(Proposal(Direction.SHORT, Decimal(103), Decimal(94), 5), **changes)


def decision(proposal: Proposal | None = None, **changes: Any) -> Opportunity:
    """Judged at `START`, and decided at once."""
    made = Opportunity(
        SYMBOL, Interval.M1, START, START, Decimal(100), Decimal(100), Decimal(2), proposal
    )
    return replace(made, **changes)


def labels_of(
    opportunity: Opportunity,
    market: PricePath,
    *,
    costs: LabelCosts = FREE,
    ticks: Ticks | None = None,
) -> dict[Policy, Label]:
    terms = LabelTerms(costs=costs, ticks_from="" if ticks is None else "a list")
    (labels,) = label_decisions([opportunity], market, terms=terms, ticks=ticks)
    return {label.policy: label for label in labels}


def proposed(
    proposal: Proposal,
    *candles: Prices | None,
    costs: LabelCosts = FREE,
    changes: dict[str, Any] | None = None,
    **how: Any,
) -> Label:
    """The label of a proposal as it was proposed."""
    opportunity = decision(proposal, **(changes or {}))
    return labels_of(opportunity, path(*candles, **how), costs=costs)[Policy.AS_PROPOSED]
