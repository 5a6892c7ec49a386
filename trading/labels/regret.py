"""What doing nothing missed or avoided, without the flattery of hindsight."""

from dataclasses import dataclass
from decimal import Decimal

from trading.checks import require
from trading.labels.label import Label
from trading.labels.policies import Policy
from trading.labels.states import Status


@dataclass(frozen=True, slots=True)
class Regret:
    """Net R of the trades that were not made, both by the standard.

    `best` is what hindsight would have earned, 0 or more: it flatters every market that moves.
    `random_side` is the mean of the long and the short, what a coin would have earned; the two are
    only ever shown together.
    """

    best: Decimal
    random_side: Decimal


def flat_regret(shadow_long: Label, shadow_short: Label) -> Regret | None:
    """The regret of one decision to do nothing; None until both shadows are FINAL."""
    policies = (shadow_long.policy, shadow_short.policy)
    require(
        policies == (Policy.SHADOW_LONG, Policy.SHADOW_SHORT),
        f"regret of the labels {policies[0]} and {policies[1]}; give the two shadows",
    )
    if not shadow_long.status is shadow_short.status is Status.FINAL:
        return None
    long, short = shadow_long.r_net, shadow_short.r_net
    return Regret(best=max(Decimal(0), long, short), random_side=(long + short) / 2)
