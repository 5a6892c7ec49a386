"""Has the model seen the picture, and read it rightly?"""

from decimal import Decimal

from trading.candles import Candle
from trading.failures import Failure, FailureCode
from trading.grounding_view import GroundingView
from trading.model_answer import ModelAnswer, Move


def check_chart_code(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None if the answer names the code that only the picture shows, or there was no picture.

    The expected code is not in the failure, so that asking again does not give it away.
    """
    if view.chart_code is None or answer.chart_code == view.chart_code:
        return None
    return Failure(
        FailureCode.VISION_NOT_SEEN,
        f"chart code {answer.chart_code!a} is not the one in the picture; the server may have "
        "dropped or shrunk the image",
    )


def check_readback(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None if the last candle and the highest and lowest price were read off rightly."""
    if view.chart_code is None:
        return None
    seen = answer.readback
    moved = _move(view.drawn_last or view.snapshot.candles[-1])
    problems = [] if seen.last_candle is moved else [f"last candle {seen.last_candle}, is {moved}"]
    if view.drawn_low is not None and view.drawn_high is not None:
        allowed = (view.drawn_high - view.drawn_low) * view.rules.readback_tolerance
        problems += _misread("high", seen.visible_high, view.drawn_high, allowed)
        problems += _misread("low", seen.visible_low, view.drawn_low, allowed)
    if not problems:
        return None
    return Failure(FailureCode.READBACK_MISMATCH, "; ".join(problems), tuple(problems))


def _misread(name: str, seen: Decimal, drawn: Decimal, allowed: Decimal) -> list[str]:
    if abs(seen - drawn) <= allowed:
        return []
    return [f"visible {name} {seen}, is {drawn}, {allowed:f} apart allowed"]


def _move(candle: Candle) -> Move:
    if candle.close == candle.open:
        return Move.FLAT
    return Move.UP if candle.close > candle.open else Move.DOWN
