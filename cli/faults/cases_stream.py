"""Faults of the WebSockets, seen by the monitor that runs beside the cycle."""

from cli.faults.cases import Case

_TOPICS = ("order", "execution", "position", "wallet", "tickers")
_ALWAYS = None
_RECONNECT = ({"name": "ws.close", "count": 2},)

STREAM_CASES = (
    Case("ws.close", parameters={"code": (1000, 1001, 1006, 1011), "after_ms": (0, 200)}, count=2),
    Case("ws.abort", parameters={"after_ms": (0, 200)}, count=2),
    Case("ws.flap", parameters={"period_ms": (200, 700)}, count=_ALWAYS),
    Case("ws.half_open", count=_ALWAYS),
    Case(
        "ws.refuse",
        parameters={"for_s": ("0.5", "2"), "how": ("502", "tcp", "timeout")},
        count=_ALWAYS,
        companions=_RECONNECT,
    ),
    Case("ws.slow", parameters={"bytes_per_s": (200, 2000)}, count=_ALWAYS),
    Case("ws.zombie", count=_ALWAYS),
    Case("ws.drop", parameters={"topic": _TOPICS, "p": ("0.5", "1")}, count=_ALWAYS),
    Case("ws.dup", parameters={"topic": _TOPICS}, count=_ALWAYS),
    Case("ws.reorder", parameters={"window": (2, 5)}, count=_ALWAYS),
    Case("ws.delay", parameters={"topic": _TOPICS, "ms": (50, 500)}, count=_ALWAYS),
    Case("ws.batch", parameters={"n": (2, 4)}, count=_ALWAYS),
    Case("ws.before_http", parameters={"ms": (50, 200)}, count=_ALWAYS),
    Case("ws.unknown_topic", count=3),
    Case("ws.no_topic_frame", count=3),
    Case("ws.garbage", count=3),
    Case("ws.delta_first", count=3),
    Case("ws.u_gap", count=3),
    Case("ws.snapshot_mid", count=2),
    Case("ws.double_filled", count=_ALWAYS),
    Case("ws.replay_old", parameters={"age": (0, 5000)}, count=_ALWAYS),
    Case("ws.no_text_pong", count=_ALWAYS),
    Case("ws.sub_fail", parameters={"topic": _TOPICS}, count=2, companions=_RECONNECT),
    Case("ws.sub_ack_delay", parameters={"ms": (0, 300)}, count=_ALWAYS, companions=_RECONNECT),
    Case("ws.already_subscribed", count=2, companions=_RECONNECT),
    Case(
        "auth.ws_reject",
        parameters={"form": ("ret_msg", "retCode")},
        count=2,
        companions=_RECONNECT,
    ),
    Case("auth.ws_slow", parameters={"ms": (500, 1500)}, count=2, companions=_RECONNECT),
    Case("fund.missing_ws", count=_ALWAYS, actions=("funding",)),
    Case("kline.no_confirm", count=_ALWAYS),
    Case("kline.double_confirm", count=_ALWAYS),
    Case("kline.late_confirm", parameters={"ms": (1000, 5000)}, count=_ALWAYS),
    Case("kline.revise_last", parameters={"pct": ("0.1", "-0.5")}, count=_ALWAYS),
    Case("trade.ack_lost", count=2),
    Case("trade.ack_delay", parameters={"ms": (50, 500)}, count=2),
    Case("trade.ack_reorder", count=2),
    Case("trade.ret", parameters={"code": (10016, 10019, 10429, 20006)}, count=2),
    Case("trade.close_after_accept", count=2),
)
