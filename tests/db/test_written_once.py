"""Rows that are written once cannot be changed, emptied or removed."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


@pytest.mark.parametrize(
    "table",
    ["decision_charts", "decisions", "executions", "ledger", "llm_answers", "llm_calls"],
)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_removing_rows_is_refused(
    table: str,
    statement: str,
    session: Session,
    fill_every_table: Callable[[Session], None],
) -> None:
    fill_every_table(session)
    with pytest.raises(IntegrityError, match=f"of {table} is refused: its rows are written once"):
        session.execute(text(statement.format(table)))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("decision_charts", "place = 2"),
        ("executions", "fee_usdt = 0"),
        ("ledger", "symbol = 'ETHUSDT'"),
    ],
)
def test_changing_a_row_is_refused(
    table: str, change: str, session: Session, fill_every_table: Callable[[Session], None]
) -> None:
    fill_every_table(session)
    with pytest.raises(IntegrityError, match=f"UPDATE of {table} is refused"):
        session.execute(text(f"UPDATE {table} SET {change}"))


CONCLUDE = "outcome = 'traded', reason = 'order.filled', concluded_at = decided_at"


def test_the_outcome_of_a_decision_may_be_filled(
    session: Session, fill_every_table: Callable[[Session], None]
) -> None:
    fill_every_table(session)
    session.execute(text(f"UPDATE decisions SET {CONCLUDE}, detail = 'at 50000.5'"))
    assert session.scalar(text("SELECT outcome FROM decisions")) == "traded"


@pytest.mark.parametrize(
    "change",
    [
        "detail = 'prettier'",
        f"{CONCLUDE}, analyst = 'another'",
        f"{CONCLUDE}, decided_at = decided_at - interval '1 hour'",
        f"{CONCLUDE}, chart_sha256 = NULL",
    ],
)
def test_nothing_else_of_a_decision_may_be_changed(
    change: str, session: Session, fill_every_table: Callable[[Session], None]
) -> None:
    fill_every_table(session)
    with pytest.raises(IntegrityError, match="UPDATE of decisions is refused"):
        session.execute(text(f"UPDATE decisions SET {change}"))


@pytest.mark.parametrize("change", ["outcome = 'flat'", CONCLUDE, "detail = 'second thoughts'"])
def test_an_outcome_is_never_rewritten(
    change: str, session: Session, fill_every_table: Callable[[Session], None]
) -> None:
    fill_every_table(session)
    session.execute(text(f"UPDATE decisions SET {CONCLUDE}"))
    with pytest.raises(IntegrityError, match="UPDATE of decisions is refused"):
        session.execute(text(f"UPDATE decisions SET {change}"))
