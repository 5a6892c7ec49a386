"""Between values of `trading` and rows whose columns bear the same names."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.base import Base, OfAccount
from db.keys import AccountKey

Value = TypeVar("Value")
Column = TypeVar("Column")


def columns_of(value: Any) -> dict[str, object]:
    """The fields of a flat dataclass by name."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def account_columns(key: AccountKey) -> dict[str, object]:
    """The columns that say whose row it is."""
    return {"environment": key.environment, "account": key.account}


def value_of(kind: type[Value], row: object) -> Value:
    """A flat dataclass from the columns that bear its fields' names."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})  # type: ignore[arg-type]


def belongs_to(model: type[OfAccount], key: AccountKey) -> ColumnElement[bool]:
    """The condition that a row is of this account."""
    return and_(model.environment == key.environment, model.account == key.account)


def insert_missing(
    session: Session,
    model: type[Base],
    rows: Sequence[dict[str, object]],
    *,
    returning: InstrumentedAttribute[Column],
) -> list[Column]:
    """Insert the rows that no unique constraint refuses; give `returning` of the inserted."""
    if not rows:
        return []
    statement = insert(model).on_conflict_do_nothing().returning(returning)
    # Without render_nulls, rows with and without an empty column go in separate statements.
    return list(session.scalars(statement, rows, execution_options={"render_nulls": True}))
