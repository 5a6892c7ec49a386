"""From a well-formed answer to an analysis that is about this market, or why it is not.

The last word before the rules: every number an answer shows is compared with the snapshot, every
text is read as what it is, untrusted (analysis.md §3.5).
"""

from collections.abc import Callable
from dataclasses import dataclass

from trading.analysis import Action, Analysis
from trading.failures import Failure, Remedy
from trading.grounding_claims import check_coherence, check_evidence
from trading.grounding_injection import check_injection
from trading.grounding_moment import check_action, check_age
from trading.grounding_picture import check_chart_code, check_readback
from trading.grounding_prices import check_prices
from trading.grounding_symbol import check_symbol
from trading.grounding_view import GroundingRules, GroundingView
from trading.model_answer import EntryType, ModelAnswer

__all__ = ["Grounded", "GroundingRules", "GroundingView", "ground"]

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Grounded:
    """An analysis that may go on to the rules.

    With `flags` it is kept and labelled but nothing is sent. `adjustments` tell what was said and
    is not used.
    """

    analysis: Analysis
    flags: tuple[Failure, ...]
    adjustments: tuple[str, ...]

    @property
    def is_shadow(self) -> bool:
        """Whether the decision is recorded only."""
        return bool(self.flags)


_Check = Callable[[ModelAnswer, GroundingView], Failure | None]

# Cheapest doubt first: an answer about another picture or another hour is not worth reading on.
_CHECKS: tuple[_Check, ...] = (
    check_chart_code,
    check_readback,
    check_symbol,
    check_age,
    check_action,
    check_prices,
    check_coherence,
    check_evidence,
    check_injection,
)


def ground(answer: ModelAnswer, view: GroundingView) -> Grounded | Failure:
    """The analysis in `answer`, or the first failure that ends it.

    Failures whose remedy is SHADOW do not end it: they are its flags.
    """
    flags: list[Failure] = []
    for check in _CHECKS:
        failure = check(answer, view)
        if failure is None:
            continue
        if failure.remedy is not Remedy.SHADOW:
            return failure
        flags.append(failure)
    return Grounded(_analysis(answer, view), tuple(flags), _adjustments(answer))


def _analysis(answer: ModelAnswer, view: GroundingView) -> Analysis:
    is_flat = answer.action is Action.FLAT
    return Analysis(
        analyst=view.analyst,
        version=view.version,
        action=answer.action,
        p_up=answer.p_up,
        regime=answer.regime,
        reasons=_reasons(answer),
        stop_loss=answer.stop_loss,
        take_profit=answer.take_profit,
        horizon_bars=None if is_flat else answer.horizon_bars,
        probabilities=None if is_flat else answer.probabilities,
        flat_reason=answer.flat_reason,
    )


def _reasons(answer: ModelAnswer) -> tuple[str, ...]:
    """What was claimed, then the summary; each on one line and cut where it is long."""
    said = (*(item.claim for item in answer.evidence), answer.summary)
    lines = (" ".join(text.split())[:_LONGEST_REASON] for text in said)
    return tuple(line for line in lines if line)


def _adjustments(answer: ModelAnswer) -> tuple[str, ...]:
    if answer.entry_type is EntryType.LIMIT:
        return (f"limit entry at {answer.entry_price} taken as market",)
    if answer.action is Action.FLAT and (answer.horizon_bars or answer.probabilities):
        return ("horizon and probabilities of a FLAT answer are not used",)
    return ()
