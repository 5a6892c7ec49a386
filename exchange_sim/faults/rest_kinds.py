"""The faults of REST lists in the catalogue (spec 7): old, incomplete and malformed answers.

`path` and `field` choose what is touched beside the match; ages are market milliseconds.
"""

from exchange_sim.faults.kinds import FaultKind, number, text, whole

_ANY_PATH = text("path")

REST_FAULTS = (
    FaultKind(
        "rest.stale",
        (_ANY_PATH, whole("age_ms", 2_000)),
        "lists are answered as they were age_ms ago, but never older than the fault",
    ),
    FaultKind(
        "rest.order_invisible",
        (whole("ms", 1_000),),
        "order/realtime does not show an order for so long after its acceptance",
    ),
    FaultKind(
        "rest.realtime_cache_cleared",
        (),
        "order/realtime has forgotten the orders finished before; the history has not",
    ),
    FaultKind(
        "rest.history_delay",
        (whole("ms", 5_000),),
        "order/history, execution/list and closed-pnl learn of things so much later",
    ),
    FaultKind("rest.page_dup", (), "the last row of a list comes twice"),
    FaultKind("rest.page_skip", (), "the last row before the next page is on neither page"),
    FaultKind("rest.cursor_loop", (), "the cursor leads to the page it came with"),
    FaultKind("rest.cursor_nonempty_last", (), "the last page has a cursor to an empty page"),
    FaultKind(
        "rest.missing_field",
        (_ANY_PATH, text("field", "updatedTime")),
        "rows lack a field",
    ),
    FaultKind("rest.null_field", (_ANY_PATH, text("field", "updatedTime")), "a field is null"),
    FaultKind(
        "rest.new_enum",
        (_ANY_PATH, text("field", "orderStatus"), text("value", "CorporateAction")),
        "a field has a value nobody has heard of",
    ),
    FaultKind(
        "rest.number_not_string",
        (_ANY_PATH, text("field")),
        "numbers come as JSON numbers instead of texts; all of them if no field is named",
    ),
    FaultKind("rest.empty_list", (_ANY_PATH,), "a list is empty"),
    FaultKind(
        "rest.position_row_flat_extra",
        (),
        "position/list has a flat row more: the other side in hedge mode, else the same index",
    ),
)
KLINE_FAULTS = (
    FaultKind("kline.gap", (whole("n", 1, lowest=1),), "n candles are missing in the middle"),
    FaultKind("kline.dup", (), "the newest closed candle comes twice"),
    FaultKind("kline.unsorted", (), "candles come in no order"),
    FaultKind(
        "kline.stale",
        (number("s", "60", lowest="0"),),
        "candles that began within the last s seconds are missing",
    ),
)
