"""Token buckets that all processes share; the moment is always the database's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, RowMapping, func, text, update
from sqlalchemy.dialects.postgresql import insert

from db.models import RateBucketRow
from trading.token_bucket import Bucket, Level

# One statement, so that a process which is stopped in the middle holds nobody up, and in SQL, so
# that the tokens, the decision and the clock cannot drift apart. The rows are locked in order of
# their name. Of two processes the second waits for the row and then counts with what the first
# left and with a later clock. Time that seems to run backwards refills nothing. Nearly always no
# breaker of the host has anything to say: then this one statement is all that a request costs.
_TAKE = text("""
WITH trouble AS (
    SELECT FROM breakers
    WHERE host = :host AND (state <> 'closed' OR failures > 0)
), asked AS (
    SELECT bucket, floor
    FROM unnest(CAST(:buckets AS text[]), CAST(:floors AS numeric[])) AS one (bucket, floor)
), held AS (
    SELECT kept.*, asked.floor, coalesce(CAST(:now AS timestamptz), clock_timestamp()) AS moment
    FROM rate_buckets AS kept JOIN asked USING (bucket)
    WHERE NOT EXISTS (SELECT FROM trouble)
    ORDER BY kept.bucket
    FOR UPDATE OF kept
), filled AS (
    SELECT bucket, capacity, per_second, least(floor, capacity - 1) AS floor, moment,
        blocked_until, refilled_at,
        round(least(capacity, tokens + per_second
            * greatest(0, extract(epoch FROM moment - refilled_at))), 12) AS available
    FROM held
), verdict AS (
    SELECT count(*) = cardinality(CAST(:buckets AS text[])) AND bool_and(
        available - 1 >= floor AND coalesce(blocked_until <= moment, true)) AS granted
    FROM filled
)
UPDATE rate_buckets AS kept
SET tokens = filled.available - CASE WHEN verdict.granted THEN 1 ELSE 0 END,
    refilled_at = greatest(filled.refilled_at, filled.moment)
FROM filled, verdict
WHERE kept.bucket = filled.bucket
RETURNING filled.*, verdict.granted
""")


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a token was taken out of every bucket, and how full they were before.

    Buckets that do not exist yet are missing in `levels`; then nothing was taken. `at` is the
    moment by the database's clock, None if nothing was found.
    """

    granted: bool
    levels: tuple[Level, ...]
    at: datetime | None = None


def take(
    connection: Connection,
    floors: Mapping[str, Decimal],
    *,
    if_untroubled: str = "",
    now: datetime | None = None,
) -> Taken:
    """Take one token out of each bucket named, or out of none.

    After it at least the floor must be left in each; a negative floor promises tokens of the
    future. A bucket that was made smaller than the caller knows still gives its last token.
    `if_untroubled` names a host: while a breaker of it counts a failure nothing is looked at, as
    if there were no buckets. `now` replaces the database's clock in tests.
    """
    asked = {
        "host": if_untroubled,
        "buckets": list(floors),
        "floors": list(floors.values()),
        "now": now,
    }
    found = {row["bucket"]: row for row in connection.execute(_TAKE, asked).mappings()}
    levels = tuple(_level(found[name]) for name in floors if name in found)
    granted = all(row["granted"] for row in found.values()) and bool(found)
    at = max((row["moment"] for row in found.values()), default=None)
    return Taken(granted, levels, at)


def open_new(connection: Connection, bucket: Bucket) -> None:
    """Make the bucket, full, unless it exists."""
    connection.execute(
        insert(RateBucketRow)
        .values(
            bucket=bucket.name,
            tokens=bucket.capacity,
            capacity=bucket.capacity,
            per_second=bucket.per_second,
            refilled_at=func.clock_timestamp(),
        )
        .on_conflict_do_nothing()
    )


def reshape(connection: Connection, bucket: Bucket) -> None:
    """Give an existing bucket another capacity and rate; it gains no token by that."""
    _change(
        connection,
        bucket.name,
        capacity=bucket.capacity,
        per_second=bucket.per_second,
        tokens=func.least(RateBucketRow.tokens, bucket.capacity),
    )


def keep_at_most(connection: Connection, name: str, tokens: int) -> None:
    """Believe the exchange when it counts fewer requests left than we do."""
    _change(connection, name, tokens=func.least(RateBucketRow.tokens, tokens))


def block(connection: Connection, name: str, length: timedelta) -> None:
    """Grant nothing from the bucket for so long from now; a longer block stays."""
    until = func.greatest(RateBucketRow.blocked_until, func.clock_timestamp() + length)
    _change(connection, name, blocked_until=until)


def _change(connection: Connection, name: str, **columns: Decimal | ColumnElement[object]) -> None:
    connection.execute(update(RateBucketRow).where(RateBucketRow.bucket == name).values(**columns))


def _level(row: RowMapping) -> Level:
    blocked_until: datetime | None = row["blocked_until"]
    return Level(
        Bucket(row["bucket"], row["capacity"], row["per_second"]),
        tokens=row["available"],
        floor=row["floor"],
        blocked_for=timedelta(0) if blocked_until is None else blocked_until - row["moment"],
    )
