"""Settled funding rates."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from db.models import FundingRateRow
from db.repositories.rows import columns_of, insert_missing
from trading.market import FundingRate


def remember(session: Session, environment: str, rates: Sequence[FundingRate]) -> int:
    """Store the rates that are not here yet; how many were new."""
    rows = [{"environment": environment, **columns_of(rate)} for rate in rates]
    new = insert_missing(session, FundingRateRow, rows, returning=FundingRateRow.settled_at)
    return len(new)
