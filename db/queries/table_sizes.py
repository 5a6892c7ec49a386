"""How many rows every table holds, to find one that grows without an end."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import metadata


def rows_by_table(session: Session) -> dict[str, int]:
    """The number of rows of every table, the empty ones too, in the order of their names."""
    counted = {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in metadata.sorted_tables
    }
    return dict(sorted(counted.items()))
