"""The size of every table."""

from typing import Any

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import metadata
from db.queries.table_sizes import rows_by_table
from db.repositories import heartbeats


def test_every_table_is_counted_the_empty_ones_too(session: Session, now: Any) -> None:
    before = rows_by_table(session)

    for component in ("sync", "cycle"):
        heartbeats.beat(session, AccountKey("paper", "main"), component, now=now)

    assert list(before) == sorted(table.name for table in metadata.sorted_tables)
    assert rows_by_table(session) == before | {"heartbeats": before["heartbeats"] + 2}
