"""Time without a stop, to the millisecond, from the exchange's records."""

from decimal import Decimal

import pytest

from cli.faults.nakedness import Span, longest_naked_seconds, naked_spans
from cli.faults.truth import TrueFill, TrueOrder, Truth

Stops = list[tuple[int, int | None]]
Fills = list[tuple[int, int]]


def truth(fills: Fills, stops: Stops, *, now: int = 100) -> Truth:
    """Fills as (moment, signed size), stops as (created, ended or None while they stand)."""
    return Truth(
        now_ms=now,
        orders=tuple(_stop(*stop) for stop in stops),
        fills=tuple(
            TrueFill(f"e{at}", "o", "", "X", "Trade", Decimal(size), Decimal(1), at, at)
            for at, size in fills
        ),
        executions=(),
        positions=(),
        transactions=(),
        closed_pnl=(),
        wallet={},
        counter_accounts={},
        wallets={},
    )


def _stop(created: int, ended: int | None) -> TrueOrder:
    status = "Untriggered" if ended is None else "Cancelled"
    size = Decimal(1)
    return TrueOrder(
        f"s{created}", "", "o", "X", "Sell", status, "StopLoss", "", size, size, True, created,
        created if ended is None else ended,
    )  # fmt: skip


CASES: dict[str, tuple[Fills, Stops, list[Span]]] = {
    "covered from the fill on": ([(10, 1)], [(10, None)], []),
    "never covered": ([(10, 1)], [], [Span(10, 100)]),
    "the stop came late": ([(10, 1)], [(15, None)], [Span(10, 15)]),
    "the stop vanished": ([(10, 1)], [(10, 40)], [Span(40, 100)]),
    "put back": ([(10, 1)], [(10, 40), (42, None)], [Span(40, 42)]),
    "replaced without a gap": ([(10, 1)], [(10, 40), (40, None)], []),
    "overlapping stops": ([(10, 1)], [(10, 60), (20, 30), (55, None)], []),
    "closed while naked": ([(10, 1), (30, -1)], [(10, 20)], [Span(20, 30)]),
    "flat in between": ([(10, 1), (20, -1), (50, 1)], [(10, 20), (50, None)], []),
    "turned around": ([(10, 1), (20, -2)], [(10, 20)], [Span(20, 100)]),
    "before any position": ([(50, 1)], [(10, 40)], [Span(50, 100)]),
}


@pytest.mark.parametrize(("fills", "stops", "naked"), CASES.values(), ids=CASES)
def test_the_stretches_without_a_stop(fills: Fills, stops: Stops, naked: list[Span]) -> None:
    assert naked_spans(truth(fills, stops), "X") == naked


def test_the_longest_counts_and_what_ended_before_does_not() -> None:
    seen = truth([(10, 1)], [(20, 50), (57, None)])

    assert longest_naked_seconds(seen, since_ms=0, symbols=["X"]) == Decimal("0.010")
    assert longest_naked_seconds(seen, since_ms=30, symbols=["X"]) == Decimal("0.007")
    assert longest_naked_seconds(seen, since_ms=0, symbols=["Y"]) == 0
