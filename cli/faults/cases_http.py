"""Faults of the wire, of keys and clocks, and of what lists say."""

from cli.faults.cases import ANY_PATH, ORDER_PATHS, READ_PATHS, Case, Trait, aimed

_HALTS = frozenset({Trait.HALTS})
_LISTS = ("order/realtime", "order/history", "execution/list", "position/list")

BEFORE = (
    Case("http.latency", ANY_PATH, {"ms": (20, 200, 700), "jitter": (0, 100)}, count=5),
    Case("http.refuse", parameters={"for_s": ("0.2", "1")}, count=None),
    Case("http.reset_before", ANY_PATH, count=3),
    Case(
        "http.status_before",
        ANY_PATH,
        {"code": (404, 429, 500, 502, 503, 504), "body": ("html", "json", "empty")},
        count=3,
    ),
    Case(
        "http.ret_before",
        ANY_PATH,
        {"code": (10000, 10002, 10006, 10016, 10019, 10429, 110079, 110007, 10001, 110094)},
        count=3,
    ),
    Case("http.ip_ban", parameters={"for_s": ("0.5",)}, count=1, traits=_HALTS),
    Case(
        "http.rate_limit",
        parameters={"limit": (0, 2, 10), "headers": ("normal", "missing", "past", "far_future")},
        count=6,
    ),
    Case("http.redirect", ANY_PATH, {"code": (301, 302, 307)}, count=2),
    Case("http.slow_headers", ANY_PATH, {"ms": (50, 400, 1500)}, count=2),
)
AFTER = (
    Case("http.hang_after", ANY_PATH, {"s": ("2", "5")}),
    Case("http.reset_after", ANY_PATH, count=3),
    Case("http.close_after", ANY_PATH, count=3),
    Case("http.status_after", ANY_PATH, {"code": (500, 502, 503, 504)}, count=3),
    Case("http.ret_after", ANY_PATH, {"code": (10000, 10016)}, count=3),
    Case(
        "http.truncated_after",
        ANY_PATH,
        {"bytes": (0, 1, 20, 80), "mode": ("length", "chunked")},
        count=3,
    ),
    Case("http.empty200_after", ANY_PATH, count=3),
    Case("http.html200_after", ANY_PATH, count=3),
    Case("http.null_ret_after", ANY_PATH, count=3),
    Case("http.delayed_execution", ORDER_PATHS, {"ms": (50, 300, 900, 1500)}),
    Case("http.duplicate_delivery", aimed("order/create"), count=2),
)
AUTH = (
    Case("clock.skew", parameters={"ms": (1500, -6000, 400)}, count=None),
    Case("auth.key_revoked", ANY_PATH, count=2, traits=_HALTS),
    Case("auth.key_expired", ANY_PATH, count=2, traits=_HALTS),
    Case("auth.permission_lost", ANY_PATH, count=2, traits=_HALTS),
    Case("auth.ip_unbound", ANY_PATH, count=2, traits=_HALTS),
    Case("auth.bad_sign_once", ANY_PATH, count=1, traits=_HALTS),
)
READS = (
    Case("rest.stale", parameters={"path": _LISTS, "age_ms": (200, 1000, 3000)}, count=None),
    Case("rest.order_invisible", parameters={"ms": (100, 600, 1500)}, count=None),
    Case("rest.realtime_cache_cleared", count=None),
    Case("rest.history_delay", parameters={"ms": (200, 1000, 3000)}, count=None),
    Case("rest.page_dup", aimed(*_LISTS), count=5),
    Case("rest.page_skip", aimed(*_LISTS), count=1),
    Case("rest.cursor_loop", aimed(*_LISTS), count=3),
    Case("rest.cursor_nonempty_last", aimed(*_LISTS), count=5),
    Case(
        "rest.missing_field",
        READ_PATHS,
        {"field": ("updatedTime", "isReduceOnly", "adlRankIndicator", "cumExecFee", "seq")},
        count=3,
    ),
    Case(
        "rest.null_field", READ_PATHS, {"field": ("updatedTime", "liqPrice", "avgPrice")}, count=3
    ),
    Case(
        "rest.new_enum",
        READ_PATHS,
        {"field": ("orderStatus", "execType", "positionStatus", "cancelType", "type")},
        count=3,
    ),
    Case("rest.number_not_string", READ_PATHS, count=3),
    Case("rest.empty_list", parameters={"path": _LISTS}, count=2),
    Case("rest.position_row_flat_extra", count=None),
)
CANDLES = (
    Case("kline.gap", parameters={"n": (1, 3)}, count=None, actions=("close", "cycle")),
    Case("kline.dup", count=None, actions=("close", "cycle")),
    Case("kline.unsorted", count=None, actions=("close", "cycle")),
    Case("kline.stale", parameters={"s": ("300", "900")}, count=None, actions=("close", "cycle")),
)
PLATFORM = (
    Case("plat.maintenance", parameters={"for_s": ("1",), "mode": ("10016", "503", "html")}),
    Case("plat.restart"),
    Case("plat.disconnect_unannounced", parameters={"s": ("0.5", "2")}),
    Case("plat.slow", parameters={"factor": ("2", "20")}, count=None),
)
HTTP_CASES = BEFORE + AFTER + AUTH + READS + CANDLES + PLATFORM
