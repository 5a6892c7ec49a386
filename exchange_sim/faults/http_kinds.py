"""The HTTP faults of the catalogue (spec 7): before processing, and after it.

Before: the request never had an effect. After: it had, and the answer is lost or wrong. `ms` and
`s` of a wait are wall time, because wires delay in wall time; `for_s` is market time.
"""

from exchange_sim.faults.kinds import FaultKind, choice, number, text, whole

_LONGEST_MS = 3_600_000
_FOR_S = number("for_s", "60", lowest="0")

BEFORE = (
    FaultKind(
        "http.latency",
        (
            whole("ms", 100, highest=_LONGEST_MS),
            whole("jitter", 0, highest=_LONGEST_MS),
            choice("dist", "uniform", "normal", "exponential"),
        ),
        "the request waits ms plus a random part of the size jitter before it is looked at",
    ),
    FaultKind(
        "http.refuse", (_FOR_S,), "every connection is reset at its first request", lasting="for_s"
    ),
    FaultKind("http.reset_before", (), "the connection is reset, the request was not processed"),
    FaultKind(
        "http.status_before",
        (
            choice("code", 503, 401, 403, 404, 429, 500, 502, 504),
            choice("body", "html", "json", "empty"),
        ),
        "the answer is an HTTP error, the request was not processed",
    ),
    FaultKind(
        "http.ret_before",
        (whole("code", 10016), text("msg", "Internal System Error.")),
        "the answer is a retCode, the request was not processed",
    ),
    FaultKind(
        "http.ip_ban",
        (number("for_s", "600", lowest="0"),),
        "the address is banned: HTTP 403",
        lasting="for_s",
    ),
    FaultKind(
        "http.rate_limit",
        (
            text("path"),
            whole("limit", 0),
            choice("headers", "normal", "missing", "past", "far_future"),
        ),
        "paths that match get retCode 10006 beyond limit requests per second and account",
    ),
    FaultKind(
        "http.redirect",
        (choice("code", 302, 301, 303, 307, 308), text("location")),
        "the answer points elsewhere; with no location to the same address",
    ),
    FaultKind(
        "http.slow_headers",
        (whole("ms", 500, highest=_LONGEST_MS),),
        "the status line comes at once, the rest of the answer so much later",
    ),
)
AFTER = (
    FaultKind(
        "http.hang_after",
        (number("s", "30", lowest="0", highest="3600"),),
        "processed, then silence, then a reset",
    ),
    FaultKind("http.reset_after", (), "processed, then the connection is reset"),
    FaultKind("http.close_after", (), "processed, then the connection is closed without a word"),
    FaultKind(
        "http.status_after",
        (choice("code", 502, 500, 503, 504, 429), choice("body", "html", "json", "empty")),
        "processed, and the answer is an HTTP error",
    ),
    FaultKind(
        "http.ret_after",
        (choice("code", 10000, 10016), text("msg", "Server Timeout")),
        "processed, and the answer is a retCode that leaves the outcome unknown",
    ),
    FaultKind(
        "http.truncated_after",
        (whole("bytes", 20), choice("mode", "length", "chunked")),
        "processed, and the answer breaks off after so many bytes of its body",
    ),
    FaultKind("http.empty200_after", (), "processed, and HTTP 200 comes with an empty body"),
    FaultKind("http.html200_after", (), "processed, and HTTP 200 comes with a web page"),
    FaultKind("http.null_ret_after", (), "processed, and retCode, retMsg and result are null"),
    FaultKind(
        "http.delayed_execution",
        (whole("ms", 1_000, highest=_LONGEST_MS),),
        "the connection is reset at once and the request processed so much later, if it is still "
        "within its recv_window then",
    ),
    FaultKind(
        "http.duplicate_delivery",
        (),
        "a POST is processed twice; the client gets the second answer",
    ),
)
HTTP_FAULTS = BEFORE + AFTER
