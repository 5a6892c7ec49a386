"""Where a text stands in the database: every column of every table, whatever its type."""

from dataclasses import dataclass

from sqlalchemy import Column, MetaData, String, Table, cast, func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Place:
    """A column in which a text was found, and in how many rows."""

    table: str
    column: str
    rows: int


def places_of(session: Session, pattern: str) -> list[Place]:
    """Every column with a value that matches `pattern`, a regular expression of PostgreSQL's.

    The tables are those the database has, not those the models know. Every value is searched as
    the text it has in SQL: of JSON the whole document, of bytes their hexadecimal digits.
    """
    tables = MetaData()
    tables.reflect(session.connection())
    found = [
        Place(table.name, column.name, _rows(session, table, column, pattern))
        for table in tables.sorted_tables
        for column in table.columns
    ]
    return [place for place in found if place.rows]


def _rows(session: Session, table: Table, column: "Column[object]", pattern: str) -> int:
    statement = select(func.count()).select_from(table)
    matches = cast(column, String).regexp_match(pattern)
    return session.scalar(statement.where(matches)) or 0
