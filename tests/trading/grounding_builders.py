"""An answer about the market at 40000 and a view of that market."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.trading import builders
from trading.analysis import Action, FlatReason, Probabilities, Regime
from trading.failures import Failure, FailureCode
from trading.grounding import Grounded, GroundingRules, GroundingView, ground
from trading.model_answer import Bias, EntryType, Evidence, ModelAnswer, Move, Readback

MARKET = builders.snapshot_at_40000()
CODE = "K7QD"


def cited(field: str, value: str | None) -> Evidence:
    return Evidence("so it is", field, None if value is None else Decimal(value), Bias.LONG)


def answer(**changes: Any) -> ModelAnswer:
    """A long about the market at 40000, grounded in it."""
    fields: dict[str, Any] = {
        "chart_code": CODE,
        "readback": Readback(Move.FLAT, Decimal(40_050), Decimal(39_950)),
        "regime": Regime.RANGE,
        "patterns": (),
        "support": (Decimal(39_950),),
        "resistance": (),
        "evidence": (cited("last", "40000"), cited("atr_14", "100")),
        "bull_case": "up",
        "bear_case": "down",
        "invalidation": "below",
        "p_up": 55,
        "action": Action.LONG,
        "entry_type": EntryType.MARKET,
        "entry_price": None,
        "stop_loss": Decimal(39_801),
        "take_profit": Decimal(40_401),
        "horizon_bars": 24,
        "probabilities": Probabilities(40, 50, 10),
        "flat_reason": None,
        "summary": "long",
    }
    return ModelAnswer(**(fields | changes))


def short_answer(**changes: Any) -> ModelAnswer:
    levels = {"stop_loss": Decimal(40_199), "take_profit": Decimal(39_599)}
    return answer(**({"action": Action.SHORT, "p_up": 45, **levels} | changes))


def flat_answer(**changes: Any) -> ModelAnswer:
    nothing = dict.fromkeys(("stop_loss", "take_profit", "horizon_bars", "probabilities"))
    flat = {"action": Action.FLAT, "entry_type": EntryType.NONE, **nothing}
    return answer(**({**flat, "flat_reason": FlatReason.NO_SETUP} | changes))


def view(**changes: Any) -> GroundingView:
    fields: dict[str, Any] = {
        "snapshot": MARKET,
        "chart_code": CODE,
        "drawn_low": Decimal(39_950),
        "drawn_high": Decimal(40_050),
        "answered_at": MARKET.taken_at + timedelta(seconds=5),
        "rules": GroundingRules(),
        "analyst": "someone",
        "version": "prompt 3",
    }
    return GroundingView(**(fields | changes))


def grounded(said: ModelAnswer, seen: GroundingView | None = None) -> Grounded:
    result = ground(said, seen or view())
    assert isinstance(result, Grounded), result
    return result


def codes(said: ModelAnswer, seen: GroundingView | None = None) -> list[FailureCode]:
    """The failure that ends it, or its flags."""
    result = ground(said, seen or view())
    failures = [result] if isinstance(result, Failure) else result.flags
    return [failure.code for failure in failures]
