"""Instruments and the time each version of their filters was in force."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import InstrumentRow
from db.repositories.rows import columns_of, insert_missing, value_of
from trading.instruments import Instrument

_SHORTEST = timedelta(microseconds=1)


def remember(
    session: Session, environment: str, instruments: Sequence[Instrument], *, now: datetime
) -> list[str]:
    """Symbols that are new or whose filters changed; the version before ends at `now`.

    A version holds for a microsecond at least: another process, whose clock is ahead of ours, may
    have seen its filters at a moment that is still to come.
    """
    statement = select(InstrumentRow).where(
        InstrumentRow.environment == environment,
        InstrumentRow.symbol.in_([instrument.symbol for instrument in instruments]),
        InstrumentRow.valid_to.is_(None),
    )
    current = {row.symbol: row for row in session.scalars(statement.with_for_update())}
    changed = [
        instrument
        for instrument in instruments
        if (row := current.get(instrument.symbol)) is None
        or value_of(Instrument, row) != instrument
    ]
    begins = dict.fromkeys((instrument.symbol for instrument in changed), now)
    for symbol in begins.keys() & current.keys():
        begins[symbol] = max(now, current[symbol].valid_from + _SHORTEST)
        current[symbol].valid_to = begins[symbol]
    session.flush()
    rows = [
        {
            "environment": environment,
            "valid_from": begins[instrument.symbol],
            **columns_of(instrument),
        }
        for instrument in changed
    ]
    return insert_missing(session, InstrumentRow, rows, returning=InstrumentRow.symbol)


def in_force(
    session: Session, environment: str, symbol: str, *, at: datetime
) -> Instrument | None:
    """The filters of a symbol as they were at a moment, or None if nothing is known."""
    statement = select(InstrumentRow).where(
        InstrumentRow.environment == environment,
        InstrumentRow.symbol == symbol,
        InstrumentRow.valid_from <= at,
        or_(InstrumentRow.valid_to.is_(None), InstrumentRow.valid_to > at),
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None else value_of(Instrument, row)
