"""The labels of decisions: every one of them, traded or not, under every policy."""

from collections.abc import Sequence
from typing import assert_never

import numpy as np

from trading.candle_columns import milliseconds_of
from trading.labels.by_policy import label_by_policy
from trading.labels.data_hash import data_hash
from trading.labels.label import Label, Made, label_of
from trading.labels.opportunities import Opportunity, Trigger
from trading.labels.policies import Policy, Standard
from trading.labels.price_path import PricePath
from trading.labels.states import Status
from trading.labels.terms import LabelTerms
from trading.labels.ticks import Ticks


def label_decisions(
    opportunities: Sequence[Opportunity],
    path: PricePath,
    *,
    terms: LabelTerms | None = None,
    ticks: Ticks | None = None,
) -> tuple[tuple[Label, ...], ...]:
    """For each decision its five labels, in the order of `Policy`.

    A decision to do nothing has NO_TRADE as proposed and by the standard, and two shadows that
    tell what it missed or avoided; a decision that was blocked is labelled as if it had not been.
    The same decision, candles and terms always give the same labels. `ticks` are public trades by
    the open of their candle; they settle labels that the candle leaves ambiguous.

    Raises:
        InvariantError: a decision is about another symbol than the path, or there are ticks that
            `terms` does not name.
    """
    rules = terms or LabelTerms()
    by_policy = label_by_policy(opportunities, path, terms=rules, ticks=ticks or {})
    made = Made(version=rules.version, resolution=path.interval)

    def stored(one: Opportunity, policy: Policy, place: int) -> Label:
        row = by_policy[policy].rows[place]
        read = _hash(path, one, policy, row, rules.standard)
        return label_of(row, policy=policy, made=made, data_hash=read)

    return tuple(
        tuple(stored(one, policy, place) for policy in Policy)
        for place, one in enumerate(opportunities)
    )


def _hash(
    path: PricePath, one: Opportunity, policy: Policy, row: np.void, standard: Standard
) -> str:
    if row["status"] != Status.FINAL:
        return ""
    return data_hash(
        path,
        since_ms=_since_ms(one, policy, standard),
        until_ms=int(row["final_ms"]),
        with_mark=_reads_mark(one, policy),
    )


def _since_ms(one: Opportunity, policy: Policy, standard: Standard) -> int:
    """From when on candles are read."""
    match policy:
        case Policy.AS_PROPOSED:
            return milliseconds_of(one.decided_at)
        case Policy.HORIZON:
            return milliseconds_of(one.closed_at)
        case Policy.STANDARD | Policy.SHADOW_LONG | Policy.SHADOW_SHORT:
            return milliseconds_of(one.closed_at + standard.delay)
        case _:  # pragma: no cover
            assert_never(policy)


def _reads_mark(one: Opportunity, policy: Policy) -> bool:
    if policy is not Policy.AS_PROPOSED or one.proposal is None:
        return False
    return one.proposal.trigger is Trigger.MARK or one.proposal.margin is not None
