"""Lists that lack rows, repeat them, or lead astray from page to page."""

from collections.abc import Mapping
from urllib.parse import quote

from exchange_sim.faults.injection import Activation, Injection
from exchange_sim.server.faulty.pages import Falsehood, Page, matches_path, milliseconds
from exchange_sim.server.numbers import Row

_REALTIME = "/v5/order/realtime"
_HISTORIES = frozenset({"/v5/order/history", "/v5/execution/list", "/v5/position/closed-pnl"})
_OPEN = frozenset({"New", "PartiallyFilled", "Untriggered", "Triggered"})
_BEFORE_ALL = quote("9999999999999:first", safe="")  # cursors of the simulator: time and id
_AFTER_ALL = quote("0:last", safe="")


def _is_unseen(row: Row, page: Page, delay_ms: int) -> bool:
    return milliseconds(row, "createdTime") > page.now_ms - delay_ms


def _has_unseen(injection: Injection, page: Page) -> bool:
    delay_ms = int(str(injection.parameters["ms"]))
    return page.path == _REALTIME and any(_is_unseen(row, page, delay_ms) for row in page.rows)


def _without_unseen(activation: Activation, page: Page) -> Page:
    delay_ms = activation.whole("ms")
    return page.with_items(row for row in page.rows if not _is_unseen(row, page, delay_ms))


def _is_forgotten(row: Row, since_ms: int) -> bool:
    is_finished = row.get("orderStatus") not in _OPEN
    return is_finished and milliseconds(row, "updatedTime") <= since_ms


def _has_forgotten(injection: Injection, page: Page) -> bool:
    return page.path == _REALTIME and any(
        _is_forgotten(row, injection.since_ms) for row in page.rows
    )


def _without_forgotten(activation: Activation, page: Page) -> Page:
    since_ms = activation.injection.since_ms
    return page.with_items(row for row in page.rows if not _is_forgotten(row, since_ms))


def _is_fresh(row: Row, page: Page, delay_ms: int) -> bool:
    return milliseconds(row, "execTime", "updatedTime") > page.now_ms - delay_ms


def _has_fresh(injection: Injection, page: Page) -> bool:
    delay_ms = int(str(injection.parameters["ms"]))
    return page.path in _HISTORIES and any(_is_fresh(row, page, delay_ms) for row in page.rows)


def _without_fresh(activation: Activation, page: Page) -> Page:
    delay_ms = activation.whole("ms")
    return page.with_items(row for row in page.rows if not _is_fresh(row, page, delay_ms))


def _has_rows_in_pages(_injection: Injection, page: Page) -> bool:
    return page.is_paged and bool(page.rows)


def _has_next_page(_injection: Injection, page: Page) -> bool:
    return bool(page.cursor and page.rows)


def _is_last_page(_injection: Injection, page: Page) -> bool:
    return page.is_paged and bool(page.rows) and not page.cursor


def _last_row_twice(_activation: Activation, page: Page) -> Page:
    return page.with_items([*page.items, page.items[-1]])


def _without_last_row(_activation: Activation, page: Page) -> Page:
    return page.with_items(page.items[:-1])


def _looping(_activation: Activation, page: Page) -> Page:
    return page.with_cursor(page.parameters.text("cursor") or _BEFORE_ALL)


def _with_empty_page_after(_activation: Activation, page: Page) -> Page:
    return page.with_cursor(_AFTER_ALL)


def _has_items(injection: Injection, page: Page) -> bool:
    return bool(page.items) and matches_path(injection, page)


def _emptied(_activation: Activation, page: Page) -> Page:
    emptied = page.with_items([])
    return emptied.with_cursor("") if page.is_paged else emptied


def _has_positions(_injection: Injection, page: Page) -> bool:
    return page.path == "/v5/position/list" and bool(page.rows)


def _with_flat_rows(_activation: Activation, page: Page) -> Page:
    """Each position behind a flat one: of the other side in hedge mode, else of its own index."""
    return page.with_items(item for row in page.rows for item in (_flat(row), row))


_FLAT: Row = {
    "side": "",
    "size": "0",
    "avgPrice": "0",
    "positionValue": "0",
    "positionIM": "0",
    "positionMM": "0",
    "unrealisedPnl": "0",
    "liqPrice": "",
    "breakEvenPrice": "",
    "takeProfit": "0",
    "stopLoss": "0",
    "trailingStop": "0",
}


def _flat(row: Row) -> Row:
    other_side = {1: 2, 2: 1}
    index = row.get("positionIdx")
    return row | _FLAT | {"positionIdx": other_side.get(int(str(index)), index)}


LIST_FALSEHOODS: Mapping[str, Falsehood] = {
    "rest.order_invisible": Falsehood(_has_unseen, _without_unseen),
    "rest.realtime_cache_cleared": Falsehood(_has_forgotten, _without_forgotten),
    "rest.history_delay": Falsehood(_has_fresh, _without_fresh),
    "rest.page_dup": Falsehood(_has_rows_in_pages, _last_row_twice),
    "rest.page_skip": Falsehood(_has_next_page, _without_last_row),
    "rest.cursor_loop": Falsehood(_has_rows_in_pages, _looping),
    "rest.cursor_nonempty_last": Falsehood(_is_last_page, _with_empty_page_after),
    "rest.empty_list": Falsehood(_has_items, _emptied),
    "rest.position_row_flat_extra": Falsehood(_has_positions, _with_flat_rows),
}
