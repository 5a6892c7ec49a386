"""Are the prices of an answer prices of this market?

How far stop and target may lie is the rule of `trading.signals`; here is what no trade could mean.
"""

from decimal import Decimal

from trading.analysis import Action
from trading.failures import Failure, FailureCode
from trading.grounding_view import GroundingView
from trading.market import Ticker
from trading.model_answer import EntryType, ModelAnswer
from trading.positions import Direction


def check_prices(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None if levels are there when they must be, on the right side, and near the market."""
    problems = [*_presence(answer), *_entry(answer, view), *_sides(answer, view.snapshot.ticker)]
    problems += _levels(answer, view)
    if not problems:
        return None
    return Failure(FailureCode.PRICE_INSANE, "; ".join(problems), tuple(problems))


def _presence(answer: ModelAnswer) -> list[str]:
    levels = {"stop_loss": answer.stop_loss, "take_profit": answer.take_profit}
    if answer.action is Action.FLAT:
        stated = [f"{name} {price}" for name, price in levels.items() if price is not None]
        if answer.entry_type is not EntryType.NONE or answer.entry_price is not None:
            stated.append(f"entry {answer.entry_type} {answer.entry_price}")
        return [f"FLAT with {', '.join(stated)}"] if stated else []
    missing = [name for name, price in levels.items() if price is None]
    if answer.entry_type is EntryType.NONE:
        missing.append("entry")
    if answer.entry_type is EntryType.LIMIT and answer.entry_price is None:
        missing.append("the price of the limit entry")
    return [f"{answer.action.name} without {', '.join(missing)}"] if missing else []


def _entry(answer: ModelAnswer, view: GroundingView) -> list[str]:
    price, mark, rules = answer.entry_price, view.snapshot.ticker.mark, view.rules
    if price is None:
        return []
    distance, allowed = abs(price - mark), mark * rules.maximum_entry_distance
    if view.snapshot.indicators.atr is not None:
        atr = Decimal(str(view.snapshot.indicators.atr))
        allowed = min(allowed, atr * rules.maximum_entry_atr)
    if distance <= allowed:
        return []
    return [f"entry {price} is {distance} from the mark {mark}, {allowed:f} allowed"]


def _sides(answer: ModelAnswer, ticker: Ticker) -> list[str]:
    """Each of stop and target must lie beyond bid, ask, mark and last, on its own side."""
    direction = answer.action.direction
    if direction is None:
        return []
    prices = (ticker.bid, ticker.ask, ticker.mark, ticker.last)
    low, high = min(prices), max(prices)
    below, above = answer.stop_loss, answer.take_profit
    if direction is Direction.SHORT:
        below, above = above, below
    wrong = [f"{below} is not below"] if below is not None and below >= low else []
    if above is not None and above <= high:
        wrong.append(f"{above} is not above")
    return [f"{answer.action.name}: {fault} the market at {low} to {high}" for fault in wrong]


def _levels(answer: ModelAnswer, view: GroundingView) -> list[str]:
    mark = view.snapshot.ticker.mark
    allowed = mark * view.rules.maximum_level_distance
    return [
        f"level {price} is {abs(price - mark)} from the mark {mark}, {allowed:f} allowed"
        for price in (*answer.support, *answer.resistance)
        if abs(price - mark) > allowed
    ]
