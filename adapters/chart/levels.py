"""Horizontal price lines and the labels of the price axis, kept from covering each other."""

from dataclasses import dataclass
from decimal import Decimal

from adapters.chart.axes import TAG_HALF, draw_tag, label_size, price_text
from adapters.chart.canvas import Canvas, text_width
from adapters.chart.layout import LABELS_LEFT, NAMES_LEFT, PRICE, Scale
from adapters.chart.palette import DOWN, ENTRY, LAST, MUTED, PAPER, UP
from trading.chart import ChartInput, LevelKind

_TAG_HEIGHT = 2 * TAG_HALF + 2
_BEND = 10
_NAME_SIZE = 13
_COLOURS = {
    LevelKind.REFERENCE: MUTED,
    LevelKind.ENTRY: ENTRY,
    LevelKind.STOP_LOSS: DOWN,
    LevelKind.TAKE_PROFIT: UP,
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A labelled price line. `y` is the row of the label, which may be moved to make room."""

    name: str
    price: Decimal
    colour: str
    dash: tuple[int, int]
    line_y: int | None
    y: int


def tags_of(chart: ChartInput, scale: Scale) -> list[Tag]:
    """The last price and every level, top to bottom, labels moved apart.

    A level outside the panel keeps its label at the edge and has no line.
    """
    last = _tag("Last", chart.last_price, LAST, (1, 3), scale)
    levels = [
        _tag(
            level.name,
            level.price,
            _COLOURS[level.kind],
            (2, 4) if level.kind is LevelKind.REFERENCE else (10, 5),
            scale,
        )
        for level in chart.levels
    ]
    return _apart(sorted([last, *levels], key=lambda tag: (-tag.price, tag.name)))


def draw_level_lines(canvas: Canvas, tags: list[Tag]) -> None:
    """The lines, to be drawn before the candles; each bends to where its label had to move."""
    for tag in tags:
        if tag.line_y is None:
            continue
        if tag.line_y == tag.y:
            canvas.across(PRICE.left, PRICE.right, tag.y, tag.colour, tag.dash)
            continue
        canvas.across(PRICE.left, NAMES_LEFT, tag.line_y, tag.colour, tag.dash)
        bend = NAMES_LEFT + _BEND
        canvas.slant((NAMES_LEFT, tag.line_y), (bend, tag.y), tag.colour)
        canvas.across(bend, PRICE.right, tag.y, tag.colour, tag.dash)


def draw_tags(
    canvas: Canvas, chart: ChartInput, tags: list[Tag], ticks: list[tuple[int, str]]
) -> None:
    """The prices at the axis and the names at the right edge of the panel."""
    for y, text in ticks:
        is_inside = PRICE.top + 7 <= y <= PRICE.bottom - 7
        if is_inside and all(abs(y - tag.y) >= _TAG_HEIGHT - 2 for tag in tags):
            canvas.text((LABELS_LEFT, y), text, MUTED, size=label_size(text))
    for tag in tags:
        _draw_tag(canvas, tag, price_text(tag.price, chart.tick_size))


def _tag(name: str, price: Decimal, colour: str, dash: tuple[int, int], scale: Scale) -> Tag:
    value = float(price)
    y = scale.y(min(max(value, scale.low), scale.high))
    return Tag(name, price, colour, dash, y if scale.shows(value) else None, y)


def _apart(tags: list[Tag]) -> list[Tag]:
    rows: list[int] = []
    for tag in tags:
        rows.append(max(tag.y, rows[-1] + _TAG_HEIGHT if rows else PRICE.top + _TAG_HEIGHT // 2))
    limit = PRICE.bottom - _TAG_HEIGHT // 2
    for index in reversed(range(len(rows))):
        rows[index] = min(rows[index], limit)
        limit = rows[index] - _TAG_HEIGHT
    return [
        Tag(tag.name, tag.price, tag.colour, tag.dash, tag.line_y, y)
        for tag, y in zip(tags, rows, strict=True)
    ]


def _draw_tag(canvas: Canvas, tag: Tag, text: str) -> None:
    draw_tag(canvas, tag.y, text, tag.colour)
    width = text_width(tag.name, _NAME_SIZE)
    right = PRICE.right - 6
    # A name stands on paper of its own, or the dashes of its line would cross it.
    half = TAG_HALF - 1
    canvas.box((right - width - 4, tag.y - half, PRICE.right - 1, tag.y + half), fill=PAPER)
    canvas.text((right, tag.y), tag.name, tag.colour, size=_NAME_SIZE, anchor="rm")
    if tag.line_y is None:
        is_above = tag.y < (PRICE.top + PRICE.bottom) // 2
        canvas.arrow(right - width - 10, tag.y, up=is_above, colour=tag.colour)
