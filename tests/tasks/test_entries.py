"""Deciding: the review, the decision row and the intent with its capacity, in one transaction."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from db.models import ChartRow, DecisionRow, IntentRow
from db.repositories import slots
from db.repositories.slots import Claim
from db.unit_of_work import unit_of_work
from tasks.analysis import Judgement
from tasks.entries import Decided, decide, outcome_of
from tasks.resources import Resources
from tasks.study import Study
from tests.fixtures.desks import claimed, offline_resources, with_limits
from tests.fixtures.limit_cases import LIMIT_CASES
from tests.fixtures.studies import agenda, end, funds, remember, rows_of, study
from tests.trading import builders
from tests.trading.builders import NOW
from trading.confidence import Gate
from trading.errors import BadDataError, InvariantError
from trading.intent_states import IntentState
from trading.reasons import Outcome, Reason, Refused
from trading.slots import slot_of

SLOT = NOW.replace(second=0)


@pytest.fixture
def resources(session_factory: sessionmaker[Session]) -> Resources:
    """A synchronised desk with 10000 USDT and no position."""
    opened = offline_resources(session_factory, now=NOW)
    remember(opened)
    return opened


@pytest.fixture
def run(resources: Resources) -> Claim:
    return claimed(resources, SLOT)


def test_an_approved_signal_is_a_pending_decision_with_its_intent(
    resources: Resources, run: Claim
) -> None:
    decided = decide.fn(resources, run, agenda(), study(resources))

    (row,) = rows_of(resources, DecisionRow)
    (intent,) = rows_of(resources, IntentRow)
    assert decided.entry is not None
    assert (row.outcome, row.reason, row.concluded_at) == (None, None, None)
    assert (row.slot, row.symbol, row.cycle_run_id) == (SLOT, "BTCUSDT", run.run_id)
    assert (row.analyst, row.action) == ("someone 1", "long")
    assert row.snapshot_hash == builders.snapshot_at_40000().hash
    assert (intent.decision_id, intent.state) == (row.id, IntentState.RESERVED)
    assert intent.link_id == decided.entry.approved.order.link_id
    assert intent.risk_usdt == decided.entry.approved.risk_usdt
    assert rows_of(resources, ChartRow)[0].sha256 == row.chart_sha256


def test_a_decision_whose_intent_cannot_be_stored_is_not_stored_either(
    resources: Resources, run: Claim
) -> None:
    with unit_of_work(resources.sessions) as session:
        session.execute(text("ALTER TABLE intents ADD CONSTRAINT broken CHECK (false)"))

    with pytest.raises(IntegrityError, match="broken"):
        decide.fn(resources, run, agenda(), study(resources))

    assert rows_of(resources, DecisionRow) == []


def test_a_study_that_was_refused_is_concluded_without_an_intent(
    resources: Resources, run: Claim
) -> None:
    refused = Judgement(refused=Refused(Reason.DATA_CANDLES, "a gap"))

    decided = decide.fn(resources, run, agenda(), Study("BTCUSDT", refused))

    (row,) = rows_of(resources, DecisionRow)
    assert decided == Decided(row.id, "BTCUSDT", Reason.DATA_CANDLES)
    assert (row.outcome, row.reason, row.detail) == (
        Outcome.SKIPPED,
        Reason.DATA_CANDLES,
        "a gap",
    )
    assert row.concluded_at == NOW
    assert rows_of(resources, IntentRow) == []


def test_a_gate_that_stays_shut_keeps_the_signal_with_the_decision(
    resources: Resources, run: Claim
) -> None:
    rules = replace(resources.desk.confidence, gate=Gate.SHADOW)
    shadow = replace(resources, desk=replace(resources.desk, confidence=rules))

    decided = decide.fn(shadow, run, agenda(), study(shadow))

    (row,) = rows_of(resources, DecisionRow)
    assert (decided.reason, row.outcome) == (Reason.CONFIDENCE_SHADOW, Outcome.REFUSED)
    assert row.verdict["signal"]["stop_loss"] == "39801"
    assert row.confidence == pytest.approx(Decimal(1) / 3)


REFUSALS: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.RISK_MAX_POSITIONS, {"limits": {"max_open_positions": 0}}),
    (Reason.RISK_SYMBOL_EXPOSURE, {"limits": {"max_symbol_exposure_fraction": Decimal("0.001")}}),
    (
        Reason.RISK_TOTAL_EXPOSURE,
        {
            "held": [builders.position(symbol="ETHUSDT")],
            "limits": {
                "max_symbol_exposure_fraction": Decimal("0.4"),
                "max_total_exposure_fraction": Decimal("0.4"),
            },
        },
    ),
    (Reason.RISK_LEVERAGE, {"limits": {"liquidation_stop_distances": Decimal(300)}}),
    (Reason.RISK_DAILY_LOSS, {"balance": funds(9_000)}),
    (Reason.RISK_REWARD_RISK, {"limits": {"minimum_reward_risk": Decimal(5)}}),
    (
        Reason.RISK_MINIMUM_NOTIONAL,
        {
            "limits": {"risk_fraction_per_trade": Decimal("0.001")},
            "filters": {"minimum_notional_usdt": Decimal(6_000)},
        },
    ),
    (
        Reason.RISK_MINIMUM_QUANTITY,
        {
            "limits": {"risk_fraction_per_trade": Decimal("0.001")},
            "filters": {"minimum_quantity": Decimal("0.1")},
        },
    ),
    (Reason.RISK_AVAILABLE_BALANCE, {"balance": funds(available_usdt=Decimal(5))}),
    (Reason.RISK_POSITION_OPEN, {"held": [builders.position()]}),
    (Reason.RISK_SPREAD, {"signal": {"spread_bps": Decimal(20)}}),
    (Reason.ANALYST_STALE, {"signal": {"created_at": NOW - timedelta(hours=1)}}),
    (Reason.DATA_INSTRUMENT, {"filters": {"is_trading": False}}),
]


@pytest.mark.parametrize(("reason", "case"), REFUSALS, ids=[str(row[0]) for row in REFUSALS])
def test_every_limit_that_says_no_is_the_reason_of_the_decision(
    resources: Resources, run: Claim, reason: Reason, case: dict[str, Any]
) -> None:
    remember(resources, *case.get("held", ()))
    limited = with_limits(resources, **case.get("limits", {}))
    due = agenda(balance=case.get("balance"), **case.get("filters", {}))

    decided = decide.fn(limited, run, due, study(limited, **case.get("signal", {})))

    (row,) = rows_of(resources, DecisionRow)
    assert (decided.reason, row.reason, row.outcome) == (reason, reason, outcome_of(reason))
    assert row.detail
    assert rows_of(resources, IntentRow) == []


def test_every_risk_reason_is_proven_above() -> None:
    risk_reasons = {reason for reason in Reason if reason.value.startswith("risk.")}

    proven = {reason for reason, _ in REFUSALS} | {one.reason for one in LIMIT_CASES.values()}
    assert risk_reasons - proven == set()


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (Reason.ANALYST_FLAT, Outcome.FLAT),
        (Reason.ANALYST_ABSTAINED, Outcome.ABSTAINED),
        (Reason.CYCLE_NO_FREE_SLOT, Outcome.SKIPPED),
        (Reason.CYCLE_POSITION_OPEN, Outcome.SKIPPED),
        (Reason.CYCLE_HALTED, Outcome.SKIPPED),
        (Reason.CYCLE_INTERRUPTED, Outcome.FAILED),
        (Reason.DATA_EXCHANGE, Outcome.SKIPPED),
        (Reason.SIGNAL_STOP_SIDE, Outcome.REFUSED),
        (Reason.RISK_SPREAD, Outcome.REFUSED),
    ],
)
def test_a_reason_says_how_the_decision_ended(reason: Reason, outcome: Outcome) -> None:
    assert outcome_of(reason) is outcome


def test_room_that_went_between_review_and_reservation_refuses_the_decision(
    resources: Resources, run: Claim
) -> None:
    """No path of ours takes room without the lock; here the database itself does."""
    wide = with_limits(resources, max_total_exposure_fraction=Decimal(50))
    for symbol in ("AUSDT", "BUSDT", "CUSDT"):
        decided = decide.fn(wide, run, agenda(symbol), study(wide, symbol))
        assert decided.entry is not None
        end(wide, decided)
    with unit_of_work(resources.sessions) as session:
        session.execute(text(REVIVE))
        session.execute(text(WHEN_DECIDED))

    decided = decide.fn(wide, run, agenda(), study(wide))

    row = next(row for row in rows_of(resources, DecisionRow) if row.symbol == "BTCUSDT")
    assert decided == Decided(row.id, "BTCUSDT", Reason.RISK_MAX_POSITIONS)
    assert (row.outcome, row.reason) == (Outcome.REFUSED, Reason.RISK_MAX_POSITIONS)
    assert len(rows_of(resources, IntentRow)) == 3


REVIVE = """
CREATE FUNCTION revive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE intents SET state = 'reserved', resolved_at = NULL;
    RETURN NEW;
END $$"""
WHEN_DECIDED = (
    "CREATE TRIGGER revive BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION revive()"
)


def test_a_repeated_attempt_gets_the_intent_of_the_first(resources: Resources, run: Claim) -> None:
    """The scheduler repeats a decision whose commit was not answered."""
    first = decide.fn(resources, run, agenda(), study(resources))

    again = decide.fn(resources, run, agenda(), study(resources))

    assert again == first
    assert len(rows_of(resources, IntentRow)) == 1


def test_a_run_that_takes_over_gets_the_intent_of_the_dead_one(
    resources: Resources, run: Claim
) -> None:
    first = decide.fn(resources, run, agenda(), study(resources))
    assert first.entry is not None
    end(resources, first)
    with unit_of_work(resources.sessions) as session:
        later = slots.claim(
            session, run.key, owner="another", now=NOW, lease=timedelta(minutes=15),
            wall_time=run.lease_until,
        )  # fmt: skip
    assert later is not None
    assert later.is_takeover

    second = decide.fn(resources, later, agenda(), study(resources))

    assert second.entry is not None
    assert second.decision_id == first.decision_id
    assert second.entry.intent.id == first.entry.intent.id
    assert second.entry.intent.state is IntentState.NOT_EXECUTED
    assert len(rows_of(resources, DecisionRow)) == len(rows_of(resources, IntentRow)) == 1


def test_fifty_decisions_at_once_reserve_no_more_than_the_limit(
    resources: Resources, run: Claim
) -> None:
    symbols = [f"S{number:02}USDT" for number in range(50)]
    limited = with_limits(resources, max_open_positions=3, max_total_exposure_fraction=Decimal(50))
    due = agenda(*symbols, balance=funds(available_usdt=Decimal(10_000)))

    with ThreadPoolExecutor(50) as threads:
        decided = list(
            threads.map(
                lambda symbol: decide.fn(limited, run, due, study(limited, symbol)), symbols
            )
        )

    assert len([one for one in decided if one.entry is not None]) == 3
    refused = [one.reason for one in decided if one.entry is None]
    assert refused == [Reason.RISK_MAX_POSITIONS] * 47
    with resources.sessions() as session:
        assert session.scalar(select(func.count()).select_from(IntentRow)) == 3
        assert session.scalar(select(func.count()).select_from(DecisionRow)) == 50


def test_an_account_that_was_never_synchronised_decides_nothing(
    session_factory: sessionmaker[Session],
) -> None:
    unsynchronised = offline_resources(session_factory, now=NOW)
    run = claimed(unsynchronised, slot_of(NOW, unsynchronised.desk.interval))

    with pytest.raises(BadDataError, match=r"no wallet of paper/main was ever recorded; sync"):
        decide.fn(unsynchronised, run, agenda(), study(unsynchronised))

    assert rows_of(unsynchronised, DecisionRow) == []


def test_a_judgement_of_nothing_is_a_bug(resources: Resources, run: Claim) -> None:
    with pytest.raises(InvariantError, match="BTCUSDT was judged without a signal"):
        decide.fn(resources, run, agenda(), Study("BTCUSDT", Judgement()))
