"""How large an entry leaves behind each gate, through the real decision and database."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.models import ApprovalRow, DecisionRow
from tasks.analysis import judge
from tasks.entries import decide
from tasks.resources import Resources
from tests.fixtures.desks import claimed, offline_resources
from tests.fixtures.studies import agenda, remember, rows_of, study
from tests.trading.builders import NOW
from tests.trading.calibrations import weighted
from trading.calibration import Calibration, Prior

# Odds of 1:2 at two to one, times e^0.144 and e^0.5.
SLIGHT, GOOD = weighted(0.144), weighted(0.5)


def entered(
    sessions: sessionmaker[Session], calibration: Calibration | Prior, **settings: Any
) -> tuple[Resources, Decimal]:
    """The desk and the planned loss of its entry, in USDT of 10,000."""
    resources = offline_resources(sessions, now=NOW, **settings)
    remember(resources)
    passed = study(resources)
    assert passed.snapshot is not None
    assert passed.answer is not None
    judged = judge(resources.desk, passed.snapshot, passed.answer, lambda _: calibration)
    run = claimed(resources, NOW.replace(second=0))
    decided = decide.fn(resources, run, agenda(), replace(passed, judgement=judged))
    assert decided.entry is not None, decided
    return resources, decided.entry.approved.risk_usdt


FREE = {
    "taker_fee_fraction": Decimal(0),
    "entry_slippage_bps": Decimal(0),
    "exit_slippage_bps": Decimal(0),
    "max_symbol_exposure_fraction": Decimal(25),
    "max_total_exposure_fraction": Decimal(50),
}


def test_without_a_measured_edge_the_limit_sizes_an_entry(
    session_factory: sessionmaker[Session],
) -> None:
    _, risked = entered(session_factory, Prior(), **FREE)
    assert risked == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("calibration", "risked"),
    [
        # Funding over a day costs 0.06 R, so a win earns 1.94 R.
        (SLIGHT, 49),  # p 0.366 expects 0.038 R: a quarter of 0.038 / 1.94 is half the limit
        (GOOD, 100),  # p 0.452 expects 0.296 R: a quarter of 0.153 is above it
    ],
)
def test_a_measured_edge_is_staked_by_a_quarter_of_kelly(
    session_factory: sessionmaker[Session], calibration: Calibration, risked: int
) -> None:
    careful = {"gate": "calibrated", "minimum_expected_r": Decimal("0.01")}
    _, found = entered(session_factory, calibration, **FREE, **careful)
    assert found == pytest.approx(risked, abs=1)


def test_live_min_sends_the_smallest_order(session_factory: sessionmaker[Session]) -> None:
    _, risked = entered(session_factory, GOOD, **FREE, gate="live_min")
    assert risked == Decimal("0.001") * 200


def test_what_was_believed_is_stored_with_the_decision(
    session_factory: sessionmaker[Session],
) -> None:
    resources, _ = entered(session_factory, GOOD, **FREE, gate="calibrated")

    (row,) = rows_of(resources, DecisionRow)
    stored = row.verdict["confidence"]
    assert stored["method"] == "ridge_platt"
    assert stored["effective_labels"] == "212"
    assert stored["probability_low"] == stored["probability_high"] == stored["probability"]
    assert row.confidence == Decimal(stored["probability"])
    assert {"reading": "trend", "agreement": 0} in stored["rule_score"]["parts"]
    assert stored["rule_score"]["missing"] == ["bigger_trend"]


def test_the_owner_is_asked_with_what_history_says(
    session_factory: sessionmaker[Session],
) -> None:
    resources = offline_resources(session_factory, now=NOW, approval="entries")
    remember(resources)

    run = claimed(resources, NOW.replace(second=0))
    decide.fn(resources, run, agenda(), study(resources))

    (row,) = rows_of(resources, ApprovalRow)
    assert row.reasons == (
        "because; model said 45 %, no history yet (33 % without an edge), break-even 47 %"
    )
