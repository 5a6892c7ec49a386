"""A confidence as a person is shown it."""

from decimal import Decimal
from types import MappingProxyType

from trading.calibration import Method
from trading.confidence import Confidence
from trading.rule_score import RuleScore

_METHODS = MappingProxyType(
    {
        Method.PRIOR: "the market-neutral prior",
        Method.INTERCEPT: "the results of its arm",
        Method.RIDGE_PLATT: "its words and the results of its arm",
    }
)


def told(confidence: Confidence) -> tuple[str, ...]:
    """A confidence in full: what was said, what it is worth in R, what the rules say."""
    return (
        in_a_sentence(confidence),
        f"worth {confidence.expected_r:+.2f} R ({confidence.expected_r_low:+.2f} at the lower "
        f"end), costs of {confidence.cost_r:.2f} R included, by {_METHODS[confidence.method]}",
        rules_in_words(confidence.rule_score),
    )


def in_a_sentence(confidence: Confidence) -> str:
    """What the model said beside what history says and what is needed, probabilities in percent.

    Like "model said 72 %, history says 41 % (35-47, n=212), break-even 38 %".
    """
    said = confidence.stated_probability
    word = "model said nothing" if said is None else f"model said {_percent(said)} %"
    return f"{word}, {_history(confidence)}, break-even {_percent(confidence.break_even)} %"


def rules_in_words(rules: RuleScore) -> str:
    """The soft score and its parts.

    Like "rules agree +0.33 (trend +1, stretch -1, room +1; unknown: bitcoin)".
    """
    parts = ", ".join(
        f"{part.reading.replace('_', ' ')} {part.agreement:+d}" for part in rules.parts
    )
    unknown = ", ".join(reading.replace("_", " ") for reading in rules.missing)
    told = "; ".join(text for text in (parts, unknown and f"unknown: {unknown}") if text)
    return f"rules agree {rules.value:+.2f} ({told})"


def _history(confidence: Confidence) -> str:
    likely = _percent(confidence.probability)
    if not confidence.is_calibrated:
        return f"no history yet ({likely} % without an edge)"
    low, high = _percent(confidence.probability_low), _percent(confidence.probability_high)
    return f"history says {likely} % ({low}-{high}, n={confidence.effective_labels:.0f})"


def _percent(fraction: Decimal) -> str:
    return f"{100 * fraction:.0f}"
