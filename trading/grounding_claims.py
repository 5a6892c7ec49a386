"""Does an answer agree with the facts it cites, and with itself?"""

from collections.abc import Mapping
from decimal import Decimal

from trading.failures import Failure, FailureCode
from trading.grounding_view import GroundingView
from trading.model_answer import Evidence, ModelAnswer
from trading.signals import executable_price
from trading.snapshot_facts import FACT_NAMES, fact_step, facts_of


def check_coherence(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None unless the chance of the target and `p_up` lean to opposite sides, far apart.

    What `tp_first` says is measured from the driftless market, whose price meets the target before
    the stop with probability stop / (stop + target) (analysis.md §3.7), so that a far target does
    not count as a doubt.
    """
    leans = _leans(answer, view)
    if leans is None:
        return None
    by_target, by_forecast = leans
    apart = abs(by_target - by_forecast)
    if by_target * by_forecast >= 0 or apart <= view.rules.maximum_conflict_points:
        return None
    return Failure(
        FailureCode.PROB_INCOHERENT,
        f"tp_first leans {by_target:+.0f} points towards {answer.action.name} and p_up "
        f"{by_forecast:+.0f}; {view.rules.maximum_conflict_points} points apart allowed",
    )


def check_evidence(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None if at most a third of the cited values differ from the snapshot's facts.

    A null cites nothing. A fact that the snapshot does not have cannot be cited.
    """
    facts = facts_of(view.snapshot)
    cited = [item for item in answer.evidence if item.value is not None or _is_unknown(item)]
    problems = tuple(fault for item in cited if (fault := _fault(item, facts, view)) is not None)
    if len(problems) <= view.rules.maximum_false_evidence * len(cited):
        return None
    return Failure(
        FailureCode.EVIDENCE_FALSE,
        f"{len(problems)} of {len(cited)} cited values are false: {'; '.join(problems)}",
        problems,
    )


def _leans(answer: ModelAnswer, view: GroundingView) -> tuple[Decimal, Decimal] | None:
    """Points towards the trade by target and by forecast, None without a trade."""
    direction, said = answer.action.direction, answer.probabilities
    stop, target = answer.stop_loss, answer.take_profit
    if direction is None or said is None or stop is None or target is None:
        return None
    entry = executable_price(direction, view.snapshot.ticker)
    risk, reward = abs(entry - stop), abs(target - entry)
    driftless = (said.tp_first + said.sl_first) * risk / (risk + reward)
    return said.tp_first - driftless, Decimal(direction.sign * (answer.p_up - 50))


def _is_unknown(item: Evidence) -> bool:
    return item.field not in FACT_NAMES


def _fault(item: Evidence, facts: Mapping[str, Decimal], view: GroundingView) -> str | None:
    fact = facts.get(item.field)
    if fact is None or item.value is None:
        return f"{item.field!a} is not a fact of this snapshot"
    rules = view.rules
    steps = rules.evidence_tolerance_steps * fact_step(view.snapshot, item.field)
    if abs(item.value - fact) <= max(abs(fact) * rules.evidence_tolerance, steps):
        return None
    return f"{item.field} {item.value}, is {fact}"
