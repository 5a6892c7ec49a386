"""Signs of life."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import HeartbeatRow
from db.repositories.rows import account_columns


def beat(
    session: Session, key: AccountKey, component: str, *, now: datetime, detail: str = ""
) -> None:
    """`component` did its work at market time `now`."""
    latest = {"beat_at": now, "detail": detail}
    session.execute(
        insert(HeartbeatRow)
        .values(**account_columns(key), component=component, **latest)
        .on_conflict_do_update(
            index_elements=["environment", "account", "component"],
            set_={**latest, "recorded_at": func.clock_timestamp()},
        )
    )


def last_beat_at(session: Session, key: AccountKey, component: str) -> datetime | None:
    """The market time of the component's newest beat; None if it never did its work."""
    statement = select(HeartbeatRow.beat_at).where(
        HeartbeatRow.environment == key.environment,
        HeartbeatRow.account == key.account,
        HeartbeatRow.component == component,
    )
    return session.scalar(statement)
