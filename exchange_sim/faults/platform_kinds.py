"""The faults of the whole platform in the catalogue (spec 7); durations in s are market time."""

from decimal import Decimal

from exchange_sim.faults.injection import Injection
from exchange_sim.faults.kinds import FaultKind, choice, number

PLATFORM_FAULTS = (
    FaultKind(
        "plat.maintenance",
        (
            number("announce_s", "0", lowest="0"),
            number("for_s", "60", lowest="0"),
            choice("mode", "10016", "503", "html"),
        ),
        "announced for announce_s, then every request but system/status is refused for for_s",
        lasting="announce_s for_s",
    ),
    FaultKind(
        "plat.restart",
        (),
        "all sockets close, finished orders leave order/realtime, books start anew; nothing else "
        "is lost",
    ),
    FaultKind(
        "plat.disconnect_unannounced",
        (number("s", "5", lowest="0", highest="10"),),
        "all sockets are cut and every request is reset for less than ten seconds",
        lasting="s",
    ),
    FaultKind(
        "plat.slow",
        (number("factor", "10", lowest="1", highest="10000"),),
        "answers take factor times the usual 10 ms of a venue",
    ),
)


def begins_after_ms(injection: Injection) -> int:
    """How long after it was switched on a maintenance begins, in ms."""
    return int(Decimal(str(injection.parameters["announce_s"])) * 1_000)
