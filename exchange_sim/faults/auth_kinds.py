"""The faults of keys and clocks in the catalogue (spec 7); logins have theirs in stream_kinds."""

from exchange_sim.faults.kinds import FaultKind, number, whole

_DAY_MS = 86_400_000

AUTH_FAULTS = (
    FaultKind(
        "clock.skew",
        (
            whole("ms", 1_500, lowest=-_DAY_MS, highest=_DAY_MS),
            number("drift_ms_per_min", "0", lowest="-60000", highest="60000"),
            whole("step_ms", 0, lowest=-_DAY_MS, highest=_DAY_MS),
            number("step_after_s", "60", lowest="0"),
        ),
        "the clock that dates requests is off by ms, drifts, and steps once after a while",
    ),
    FaultKind("auth.key_revoked", (), "private requests are refused: the key is gone (10003)"),
    FaultKind("auth.key_expired", (), "private requests are refused: the key is too old (33004)"),
    FaultKind("auth.permission_lost", (), "private requests are refused: no permission (10005)"),
    FaultKind("auth.ip_unbound", (), "private requests are refused: the address (10010)"),
    FaultKind(
        "auth.bad_sign_once",
        (),
        "a private request is refused: its signature (10004)",
        usual_count=1,
    ),
)
