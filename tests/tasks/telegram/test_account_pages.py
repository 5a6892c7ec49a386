"""Pages about the account say what its results leave out."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import llm_calls
from db.repositories.llm_calls import Reservation
from db.unit_of_work import read_session, unit_of_work
from tasks.telegram.account_pages import profit_page
from tests.db.model_calls import NO_LIMITS, NOW, wish
from trading.replies import Usage


def test_what_was_paid_to_models_stands_beside_the_profit(
    sessions: sessionmaker[Session],
) -> None:
    key = AccountKey("paper", f"test-{uuid4().hex[:12]}")

    def labels() -> dict[str, object]:
        with read_session(sessions) as session:
            page = profit_page(session, key, NOW + timedelta(hours=1))
        return {fact.label: fact.value for fact in page.facts}

    assert "Paid to models" not in labels()
    with unit_of_work(sessions) as session:
        made = llm_calls.reserve(session, key, wish(), NO_LIMITS, NOW)
        assert isinstance(made, Reservation)
        used = Usage(input=900, output=100)
        llm_calls.settle(session, made.call_id, used, Decimal("1.5"), now=NOW)
    assert labels()["Paid to models"] == "1.50 USD, not in the result"
