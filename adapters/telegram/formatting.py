"""Numbers and pages for a phone, as Telegram's HTML. Every text from elsewhere is escaped.

Rules of the format: core.telegram.org/bots/api#html-style, read 2026-11-21.
"""

import html
from datetime import datetime
from decimal import Decimal

from trading.pages import Entry, Fact, Page, Shown, Unit

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 code units, by the Bot API."""
_CUT = "…"


def escaped(text: str) -> str:
    """`text` so that Telegram shows it as it is."""
    return html.escape(text, quote=False)


def fitted(text: str, limit: int) -> str:
    """Plain `text` escaped, cut at its end where it would be longer than `limit` units."""
    if _units(escaped(text)) <= limit:
        return escaped(text)
    room, kept = limit - _units(_CUT), []
    for character in text:
        room -= _units(escaped(character))
        if room < 0:
            break
        kept.append(character)
    return escaped("".join(kept)) + _CUT


def page_html(page: Page, *, limit: int = LONGEST_TEXT) -> str:
    """The page as a message; what has no room at its end is left out, and that is said."""
    title = f"<b>{fitted(page.title, 200)}</b>"
    foot = f"\n\n<i>{fitted(page.remark, 400)}</i>" if page.remark else ""
    parts = [*map(_line, page.facts), *map(_entry, page.entries)]
    for shown in range(len(parts), -1, -1):
        left = len(parts) - shown
        more = f"\n\n{_CUT} {left} more" if left else ""
        text = "\n".join([title, *parts[:shown]]) + more + foot
        if _units(text) <= limit:
            return text
    return title  # two hundred characters always fit


def number(value: Decimal | int, unit: Unit) -> str:
    """A number as people read it: thousands apart, as many decimals as its unit deserves."""
    match unit:
        case Unit.USDT:
            return f"{value:,.2f} USDT"
        case Unit.CHANGE:
            return f"{value:+,.2f} USDT"
        case Unit.FRACTION:
            return f"{value * 100:.1f} %"
        case Unit.R:
            return f"{value:+,.2f} R"
        case Unit.PRICE:
            return _price(Decimal(value))
        case Unit.PLAIN:
            return _trimmed(f"{value:,f}") if isinstance(value, Decimal) else f"{value:,}"


def _price(value: Decimal) -> str:
    """Seven digits at most: no market quotes more on one side of a phone."""
    decimals = max(0, 6 - max(value.adjusted(), 0)) if value else 0
    if value and value.adjusted() < 0:
        decimals = 6 - value.adjusted()
    return _trimmed(f"{value:,.{min(decimals, 12)}f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _entry(entry: Entry) -> str:
    return "\n".join([f"\n<b>{fitted(entry.heading, 200)}</b>", *map(_line, entry.facts)])


def _line(fact: Fact) -> str:
    return f"{fitted(fact.label, 60)}: {fitted(_shown(fact.value, fact.unit), 300)}"


def _shown(value: Shown, unit: Unit) -> str:
    match value:
        case None:
            return "–"
        case datetime():
            return f"{value:%d %b %H:%M} UTC"
        case Decimal() | int():
            return number(value, unit)
        case str():
            return value


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
