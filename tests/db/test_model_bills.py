"""What models cost stands beside what was entered in the same time."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.model_bills import model_bill
from db.repositories import llm_calls, trades
from db.repositories.trades import NewTrade
from tests.db.model_calls import KEY, NOW, RESERVED, reserve
from trading.model_costs import ModelBill
from trading.positions import Direction
from trading.replies import Usage

HOUR, ZERO = timedelta(hours=1), timedelta(0)


def entered(session: Session, at: timedelta, risk: Decimal | None) -> None:
    new = NewTrade(
        account=KEY,
        symbol=f"A{abs(at) // timedelta(minutes=1)}{'B' if at > ZERO else 'C'}USDT",
        direction=Direction.LONG,
        quantity=Decimal(1),
        entry_price=Decimal(100),
        opened_at=NOW + at,
        last_sequence=1,
        risk_usdt=risk,
    )
    trades.open_trade(session, new)


def bill(session: Session, key: AccountKey = KEY) -> ModelBill:
    return model_bill(session, key, since=NOW - HOUR, until=NOW + HOUR)


def test_an_account_that_asked_nobody_owes_nothing(session: Session) -> None:
    zero = Decimal(0)
    assert bill(session) == ModelBill(0, zero, zero, 0, zero)


def test_calls_and_trades_of_the_time_are_counted(session: Session) -> None:
    paid = reserve(session, NOW - HOUR)
    used = Usage(input=900, output=100)
    llm_calls.settle(session, paid.call_id, used, Decimal("0.25"), now=NOW)
    reserve(session)
    reserve(session, NOW + HOUR)
    reserve(session, NOW - HOUR * 2)
    entered(session, -HOUR, Decimal(10))
    entered(session, HOUR / 2, None)
    entered(session, HOUR, Decimal(99))

    assert bill(session) == ModelBill(2, Decimal("0.25"), RESERVED, 2, Decimal(10))
    assert bill(session, AccountKey(KEY.environment, "other")).calls == 0
