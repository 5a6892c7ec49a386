"""Candles over REST that lack some, repeat some, come too late or change after their close.

A candle is a list of texts (start, open, high, low, close, ...), newest first; the newest is
usually unfinished.
"""

from collections.abc import Mapping
from decimal import Decimal

from exchange_sim.faults.injection import Activation, Injection
from exchange_sim.market.intervals import Interval
from exchange_sim.server.faulty.pages import Falsehood, Page

_PATHS = frozenset({"/v5/market/kline", "/v5/market/mark-price-kline"})
_HUNDRED = Decimal(100)
Candle = list[str]


def _candles(page: Page) -> list[Candle]:
    found = (item for item in page.items if isinstance(item, list))
    return [[str(part) for part in item] for item in found]


def _newest_closed(page: Page) -> int | None:
    """Where the newest closed candle stands in the list, if there is one."""
    interval = Interval.of(page.parameters.text("interval"))
    for index, candle in enumerate(_candles(page)):
        if interval.shift(int(candle[0]), 1) <= page.now_ms:
            return index
    return None


def _has_closed(_injection: Injection, page: Page) -> bool:
    return page.path in _PATHS and _newest_closed(page) is not None


def _has_middle(injection: Injection, page: Page) -> bool:
    return page.path in _PATHS and len(page.items) >= int(str(injection.parameters["n"])) + 2


def _with_gap(activation: Activation, page: Page) -> Page:
    missing = activation.whole("n")
    start = (len(page.items) - missing) // 2
    return page.with_items(page.items[:start] + page.items[start + missing :])


def _with_repetition(_activation: Activation, page: Page) -> Page:
    index = _newest_closed(page) or 0
    return page.with_items([*page.items[: index + 1], *page.items[index:]])


def _has_several(_injection: Injection, page: Page) -> bool:
    return page.path in _PATHS and len(page.items) > 1


def _unsorted(activation: Activation, page: Page) -> Page:
    items = list(page.items)
    activation.random.shuffle(items)
    return page.with_items(items if items != page.items else reversed(items))


def _has_young(injection: Injection, page: Page) -> bool:
    since_ms = page.now_ms - _age_ms(injection)
    return page.path in _PATHS and any(int(candle[0]) > since_ms for candle in _candles(page))


def _without_young(activation: Activation, page: Page) -> Page:
    since_ms = page.now_ms - _age_ms(activation.injection)
    return page.with_items(one for one in _candles(page) if int(one[0]) <= since_ms)


def _age_ms(injection: Injection) -> int:
    """How young a candle is that cannot be seen: `ms` of late_confirm, `s` of stale."""
    given = injection.parameters
    return int(str(given["ms"])) if "ms" in given else int(Decimal(str(given["s"])) * 1_000)


def _revised(activation: Activation, page: Page) -> Page:
    """The newest closed candle with another close, its high and low still around it."""
    index = _newest_closed(page) or 0
    candles = _candles(page)
    start, first, high, low, close, *rest = candles[index]
    exact = Decimal(close) * (1 + activation.number("pct") / _HUNDRED)
    moved = exact.quantize(Decimal(close))
    highest, lowest = max(Decimal(high), moved), min(Decimal(low), moved)
    candles[index] = [start, first, f"{highest:f}", f"{lowest:f}", f"{moved:f}", *rest]
    return page.with_items(candles)


CANDLE_FALSEHOODS: Mapping[str, Falsehood] = {
    "kline.gap": Falsehood(_has_middle, _with_gap),
    "kline.dup": Falsehood(_has_closed, _with_repetition),
    "kline.unsorted": Falsehood(_has_several, _unsorted),
    "kline.stale": Falsehood(_has_young, _without_young),
    # The new candle is not there yet: whoever drops the newest as unfinished loses a closed one.
    "kline.late_confirm": Falsehood(_has_young, _without_young),
    "kline.revise_last": Falsehood(_has_closed, _revised),
}
