"""The WebSocket faults of the catalogue (spec 7): their names, parameters and what they do.

A `topic` parameter is a regular expression, like the `topic` of a match; both must agree.
"""

from exchange_sim.faults.kinds import FaultKind, choice, flag, number, text, whole

_LONGEST_MS = 3_600_000
_HOLD = whole("hold_ms", 500, lowest=1, highest=60_000)
_TOPIC = text("topic")

_LIFE = (
    FaultKind(
        "ws.close",
        (
            whole("code", 1001, lowest=1000, highest=4999),
            whole("after_ms", 0, highest=_LONGEST_MS),
        ),
        "the socket is closed with a code; 1005, 1006 and 1015 end it without a closing frame",
    ),
    FaultKind("ws.abort", (whole("after_ms", 0, highest=_LONGEST_MS),), "the connection is reset"),
    FaultKind(
        "ws.flap",
        (whole("period_ms", 1_000, lowest=1, highest=_LONGEST_MS),),
        "every socket is reset so long after it opened; a new one is accepted at once",
    ),
    FaultKind("ws.half_open", (), "no frame and no pong any more, and the connection stays"),
    FaultKind(
        "ws.refuse",
        (
            number("for_s", "60", lowest="0"),
            choice("how", "502", "tcp", "timeout"),
        ),
        "new sockets are refused: by HTTP 502, a reset, or silence; those of one account at login",
        lasting="for_s",
    ),
    FaultKind(
        "ws.slow",
        (whole("bytes_per_s", 1_000, lowest=1),),
        "frames leave at this many bytes per second",
    ),
)
_PUSHES = (
    FaultKind("ws.zombie", (), "pongs come, pushes do not"),
    FaultKind(
        "ws.drop",
        (_TOPIC, number("p", "1", lowest="0", highest="1")),
        "a push is lost, with probability p",
    ),
    FaultKind("ws.dup", (_TOPIC,), "a push comes twice"),
    FaultKind(
        "ws.reorder",
        (whole("window", 3, lowest=2, highest=1_000), _HOLD),
        "so many pushes come in another order; fewer are held no longer than hold_ms",
    ),
    FaultKind(
        "ws.delay",
        (_TOPIC, whole("ms", 500, highest=_LONGEST_MS)),
        "a push comes late and later ones overtake it",
    ),
    FaultKind(
        "ws.batch",
        (whole("n", 3, lowest=2, highest=1_000), _HOLD),
        "the rows of n pushes of a topic come in one message",
    ),
    FaultKind(
        "ws.before_http",
        (whole("ms", 50, highest=60_000),),
        "the HTTP answer comes so long after the pushes that the request caused",
    ),
    FaultKind("ws.unknown_topic", (), "a push of a topic nobody subscribed to comes first"),
    FaultKind("ws.no_topic_frame", (), "a frame without a topic comes first"),
    FaultKind("ws.garbage", (), "a frame that is no JSON comes first"),
    FaultKind("ws.delta_first", (), "a delta comes before the snapshot"),
    FaultKind("ws.u_gap", (), "a delta of a book is lost, so that u jumps"),
    FaultKind(
        "ws.snapshot_mid",
        (whole("u", 1, lowest=1),),
        "a book starts anew with a snapshot in the middle, u from 1",
    ),
    FaultKind("ws.double_filled", (), "the Filled row of an order comes twice"),
    FaultKind(
        "ws.replay_old",
        (whole("age", 0, highest=86_400_000),),
        "after a push an old one comes again: age in market ms, the oldest seen if none is so old",
    ),
    FaultKind("fund.missing_ws", (), "the funding execution is not pushed"),
    FaultKind("kline.no_confirm", (), "the last push of a candle does not confirm it"),
    FaultKind("kline.double_confirm", (), "a candle is confirmed twice"),
    FaultKind(
        "kline.late_confirm",
        (whole("ms", 5_000, highest=_LONGEST_MS),),
        "a candle is confirmed so many market ms late",
    ),
    FaultKind(
        "kline.revise_last",
        (number("pct", "0.1", lowest="-50", highest="50"),),
        "a confirmed candle is confirmed again with its close moved by pct percent",
    ),
)
_REQUESTS = (
    FaultKind("ws.no_text_pong", (), "a ping by text is not answered"),
    FaultKind("ws.sub_fail", (_TOPIC,), "a subscription is refused"),
    FaultKind(
        "ws.sub_ack_delay",
        (whole("ms", 0, highest=_LONGEST_MS),),
        "a subscription is confirmed late; with 0 sooner than clients can bear",
    ),
    FaultKind("ws.already_subscribed", (), "a subscription works and is answered as a repetition"),
    FaultKind(
        "auth.ws_reject",
        (choice("form", "ret_msg", "retCode"),),
        "a login is refused, in one of the two forms clients have met",
    ),
    FaultKind(
        "auth.ws_slow",
        (whole("ms", 1_500, highest=_LONGEST_MS),),
        "a login is looked at so much later",
    ),
    FaultKind("trade.ack_lost", (), "the order is done, its answer never comes"),
    FaultKind(
        "trade.ack_delay",
        (whole("ms", 500, highest=_LONGEST_MS),),
        "the order is done, its answer comes late",
    ),
    FaultKind("trade.ack_reorder", (_HOLD,), "an answer comes after the next one"),
    FaultKind(
        "trade.ret",
        (choice("code", 10016, 10019, 10429, 20006), flag("executed")),
        "the answer carries this code; the order is not done unless executed",
    ),
    FaultKind(
        "trade.close_after_accept",
        (whole("code", 1006, lowest=1000, highest=4999),),
        "the order is done, then the socket closes without an answer",
    ),
)
STREAM_FAULTS = _LIFE + _PUSHES + _REQUESTS
