"""Circuit breakers that all processes share."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from db.models import BreakerRow
from db.repositories.rows import columns_of, value_of
from trading.breaker import CLOSED, Breaker

_MOMENT = select(func.clock_timestamp().label("now")).subquery()
_STANDING = select(_MOMENT.c.now, BreakerRow.__table__).select_from(
    _MOMENT.outerjoin(BreakerRow, BreakerRow.host == bindparam("host"))
)
_ON_DISK = text("SET LOCAL synchronous_commit TO on")


@dataclass(frozen=True, slots=True)
class Standing:
    """The breakers of a host by operation at a moment of the database's clock."""

    now: datetime
    breakers: dict[str, Breaker]

    def of(self, operation: str) -> Breaker:
        """The breaker of an operation; closed if it never saw a failure."""
        return self.breakers.get(operation, CLOSED)


def standing(connection: Connection, host: str) -> Standing:
    """All breakers of a host now."""
    rows = connection.execute(_STANDING, {"host": host}).all()
    breakers = {row.operation: value_of(Breaker, row) for row in rows if row.operation}
    return Standing(rows[0].now, breakers)


def change(
    connection: Connection, host: str, operation: str, *, seen: Breaker, new: Breaker
) -> bool:
    """Put `new` in the place of `seen`; False if another process was faster.

    Of any number that saw the same breaker exactly one changes it: that is how the one probe is
    chosen. Waits for the disk: a ban must outlive a power cut.
    """
    whose = {"host": host, "operation": operation}
    columns = {**columns_of(new), "changed_at": func.clock_timestamp()}
    connection.execute(_ON_DISK)
    if seen == CLOSED:
        connection.execute(
            insert(BreakerRow)
            .values(**whose, **columns_of(CLOSED), changed_at=func.clock_timestamp())
            .on_conflict_do_nothing()
        )
    changed = connection.scalar(
        update(BreakerRow)
        .where(BreakerRow.host == host, BreakerRow.operation == operation, _is(seen))
        .values(columns)
        .returning(BreakerRow.operation)
    )
    return changed is not None


def _is(seen: Breaker) -> ColumnElement[bool]:
    return and_(
        *(
            getattr(BreakerRow, name).is_not_distinct_from(value)
            for name, value in columns_of(seen).items()
        )
    )


def let_lapse(connection: Connection, host: str) -> None:
    """End every silence and open breaker of a host as if its time had passed; for auditors."""
    connection.execute(
        update(BreakerRow)
        .where(BreakerRow.host == host, BreakerRow.open_until.is_not(None))
        .values(open_until=func.clock_timestamp())
    )
