"""A text is found in whatever column it stands."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.text_search import Place, places_of
from db.repositories import heartbeats

KEY = AccountKey("paper", "main")


def test_a_text_column_is_named_with_its_rows(session: Session, now: Any) -> None:
    for component in ("sync", "cycle", "monitor"):
        heartbeats.beat(session, KEY, component, now=now, detail=f"{component} needle-{component}")
    heartbeats.beat(session, KEY, "other", now=now, detail="hay")

    assert places_of(session, "needle-(sync|cycle)") == [Place("heartbeats", "detail", 2)]


@pytest.mark.parametrize("pattern", ["nowhere to be found", "Needle"])
def test_what_is_nowhere_or_written_otherwise_is_not_found(
    session: Session, now: Any, pattern: str
) -> None:
    heartbeats.beat(session, KEY, "sync", now=now, detail="needle")

    assert places_of(session, pattern) == []
