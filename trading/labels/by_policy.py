"""Decisions as columns of labels, one set of columns per policy."""

from collections.abc import Mapping, Sequence

import numpy as np

from trading.checks import require
from trading.labels.horizon import horizon_labels
from trading.labels.many import Labels, label_plans
from trading.labels.opportunities import Opportunity
from trading.labels.plans import Moments, Plans, proposed_plans, standard_plans
from trading.labels.policies import Policy, Standard
from trading.labels.price_path import PricePath
from trading.labels.terms import LabelTerms
from trading.labels.ticks import Ticks, settle_by_ticks


def label_by_policy(
    opportunities: Sequence[Opportunity], path: PricePath, *, terms: LabelTerms, ticks: Ticks
) -> Mapping[Policy, Labels]:
    """For each policy the labels of all decisions, in their order.

    Raises:
        InvariantError: a decision is about another symbol than the path, or there are ticks that
            `terms` does not name.
    """
    _require_symbol(opportunities, path)
    # Else the same version would say one thing with them and another without.
    require(
        not ticks or bool(terms.ticks_from),
        "public trades are given but LabelTerms.ticks_from is empty; name where they are from",
    )
    moments = Moments.of(opportunities)
    by_policy = {
        policy: _label(path, plans, terms, ticks)
        for policy, plans in _plans(opportunities, moments, terms.standard).items()
    }
    forecast = np.array([one.forecast_bars for one in opportunities], np.int64)
    return by_policy | {Policy.HORIZON: horizon_labels(path, moments, bars=forecast)}


def _require_symbol(opportunities: Sequence[Opportunity], path: PricePath) -> None:
    others = sorted({one.symbol for one in opportunities} - {path.symbol})
    require(
        not others,
        f"decisions on {', '.join(others)} cannot be labelled with candles of {path.symbol}; "
        "group them by symbol",
    )


def _plans(
    opportunities: Sequence[Opportunity], moments: Moments, standard: Standard
) -> dict[Policy, Plans]:
    proposals = (one.proposal for one in opportunities)
    own = np.array([0 if one is None else one.direction.sign for one in proposals], np.int8)
    sides = {
        Policy.STANDARD: own,
        Policy.SHADOW_LONG: np.ones_like(own),
        Policy.SHADOW_SHORT: -np.ones_like(own),
    }
    plans = {
        policy: standard_plans(moments, side, standard=standard) for policy, side in sides.items()
    }
    return plans | {Policy.AS_PROPOSED: proposed_plans(opportunities, standard=standard)}


def _label(path: PricePath, plans: Plans, terms: LabelTerms, ticks: Ticks) -> Labels:
    labels = label_plans(path, plans, costs=terms.costs)
    return settle_by_ticks(path, plans, labels, ticks, costs=terms.costs)
