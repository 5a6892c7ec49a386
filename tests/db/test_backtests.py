"""What was asked of the past is kept whole, and a sweep goes on where it stopped."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.queries.backtests import (
    backtest,
    children_of,
    count_trades,
    recent_backtests,
    trades_of,
)
from db.repositories import backtests
from db.states import BacktestExit, BacktestKind, BacktestState
from tests.db.backtest_rows import NOW, new_backtest, stored_trade
from trading.backtest.records import ExitReason
from trading.errors import InvariantError, MisconfiguredError

SHARPE = {"sharpe": {"value": 1.25, "low": 0.5, "high": 2.0, "unit": "ratio", "note": ""}}
BADGES = {"gaps": {"level": "ok", "sentence": "No candle is missing."}}


def begun(session: Session, **changed: Any) -> UUID:
    return backtests.begin(session, new_backtest(**changed), now=NOW)


def swept(session: Session) -> UUID:
    return begun(session, kind=BacktestKind.SWEEP, combinations=1000)


def test_a_finished_backtest_is_read_back_with_its_judgement(session: Session) -> None:
    run = begun(session)
    backtests.finish(session, run, metrics=SHARPE, badges=BADGES, now=NOW + timedelta(seconds=3))
    session.expire_all()

    found = backtest(session, run)
    assert found is not None
    assert (found.state, found.ended_at) == (BacktestState.FINISHED, NOW + timedelta(seconds=3))
    assert (found.metrics, found.badges, found.detail) == (SHARPE, BADGES, "")
    assert (found.symbols, found.parameters) == (["BTCUSDT", "ETHUSDT"], {"fast": "20"})
    assert recent_backtests(session)[0] == found


def test_its_trades_are_stored_to_the_last_digit_and_read_in_pages(session: Session) -> None:
    run = begun(session)
    trades = [
        stored_trade(0),
        stored_trade(1, risk_usdt=None, r_multiple=None, reason=BacktestExit.OPEN_AT_END),
        stored_trade(2, entry_price=Decimal("0.00001234"), is_ambiguous=True),
    ]
    backtests.add_trades(session, run, trades)

    assert trades_of(session, run) == trades
    assert trades_of(session, run, first=1, limit=1) == [trades[1]]
    assert count_trades(session, run) == 3


def test_every_reason_of_the_engine_can_be_stored() -> None:
    assert [reason.name for reason in ExitReason] == [reason.name for reason in BacktestExit]


def test_one_that_broke_off_says_why_and_cannot_finish(session: Session) -> None:
    run = begun(session)
    backtests.break_off(session, run, BacktestState.FAILED, detail="the rule raised", now=NOW)

    found = backtest(session, run)
    assert found is not None
    assert (found.state, found.detail) == (BacktestState.FAILED, "the rule raised")
    with pytest.raises(InvariantError, match="does not run, so it cannot become finished"):
        backtests.finish(session, run, metrics=SHARPE, badges=BADGES, now=NOW)


def test_it_cannot_break_off_as_finished(session: Session) -> None:
    with pytest.raises(InvariantError, match="it is interrupted or failed"):
        backtests.break_off(session, begun(session), BacktestState.FINISHED, detail="", now=NOW)


def test_an_interrupted_sweep_goes_on_with_the_parts_it_has(session: Session) -> None:
    sweep = swept(session)
    backtests.add_part(session, sweep, 1, combinations=100, results={"tried": 100})
    backtests.add_part(session, sweep, 0, combinations=100, results={"tried": 99})
    backtests.add_part(session, sweep, 0, combinations=100, results={"tried": 1})
    backtests.break_off(session, sweep, BacktestState.INTERRUPTED, detail="Ctrl-C", now=NOW)

    left = backtests.go_on(session, sweep)

    again = backtest(session, sweep)
    assert again is not None
    assert (again.state, again.detail, again.ended_at) == (BacktestState.RUNNING, "", None)
    assert (left.parameters, left.data_hash) == (again.parameters, again.data_hash)
    assert backtests.parts_of(session, sweep) == {0: {"tried": 99}, 1: {"tried": 100}}


def test_only_an_unfinished_sweep_can_go_on(session: Session) -> None:
    single, sweep = begun(session), swept(session)
    backtests.finish(session, sweep, metrics=SHARPE, badges={}, now=NOW)

    for wrong in (uuid4(), single):
        with pytest.raises(MisconfiguredError, match="no sweep"):
            backtests.go_on(session, wrong)
    with pytest.raises(MisconfiguredError, match="has finished"):
        backtests.go_on(session, sweep)


def test_the_best_run_of_a_sweep_belongs_to_it_and_goes_with_it(session: Session) -> None:
    sweep = swept(session)
    best = begun(session, parent_id=sweep)
    backtests.add_trades(session, best, [stored_trade()])

    assert [child.id for child in children_of(session, sweep)] == [best]
    assert recent_backtests(session, kinds=(BacktestKind.SWEEP,), limit=1)[0].id == sweep
    session.execute(text("DELETE FROM backtests WHERE id = :id"), {"id": sweep})
    session.expire_all()
    assert (backtest(session, best), count_trades(session, best)) == (None, 0)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("until = since", "until_after_since"),
        ("data_hash = 'abc'", "data_hash_is_sha256"),
        ("symbols = '{}'", "has_symbols"),
        ("combinations = 0", "has_combinations"),
        ("kind = 'sweep', parent_id = id", "only_single_has_parent"),
        ("state = 'failed'", "running_has_not_ended"),
        ("ended_at = created_at - interval '1 s', state = 'failed'", "ended_after_created"),
        ("ended_at = created_at, state = 'finished'", "finished_is_judged"),
        ("metrics = '{}'", "finished_is_judged"),
        ("state = 'gone'", "state"),
    ],
)
def test_the_database_refuses_what_cannot_be(
    session: Session, change: str, constraint: str
) -> None:
    begun(session)
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(text(f"UPDATE backtests SET {change}"))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("net_usdt = net_usdt + 0.00000001", "net_adds_up"),
        ("quantity = 0", "fills_positive"),
        ("left_at = entered_at - interval '1 s'", "left_after_entered"),
        ("risk_usdt = NULL", "r_needs_risk"),
        ("adverse_fraction = -0.1", "excursions_not_negative"),
        ("reason = 'bored'", "backtestexit"),
    ],
)
def test_the_database_refuses_a_trade_that_cannot_be(
    session: Session, change: str, constraint: str
) -> None:
    backtests.add_trades(session, begun(session), [stored_trade()])
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(text(f"UPDATE backtest_trades SET {change}"))
