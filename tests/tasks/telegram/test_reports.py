"""The day and the week are told once each, and equal results make equal pictures."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy.orm import Session, sessionmaker

from adapters import pnl_image
from adapters.pnl_image import draw_pnl
from db.keys import AccountKey
from db.repositories import llm_calls, notifications, trades
from db.repositories.llm_calls import Reservation
from db.repositories.trades import Exit, NewTrade
from db.states import ExitReason
from db.unit_of_work import read_session, unit_of_work
from tasks.notifications import Recipient
from tasks.telegram import reports
from tasks.telegram.reports import report_due
from tests.db.model_calls import NO_LIMITS, wish
from trading.notices import Loudness, NoticeKind, NoticePreferences
from trading.period_results import PnlPicture, Result
from trading.positions import Direction
from trading.replies import Usage

MONDAY = datetime(2026, 1, 5, 0, 10, tzinfo=UTC)


@dataclass
class Drawn:
    """Draws, and keeps what it was asked for."""

    pictures: list[PnlPicture] = field(default_factory=list)

    def __call__(self, picture: PnlPicture) -> bytes:
        self.pictures.append(picture)
        return draw_pnl(picture)


@pytest.fixture
def recipient() -> Recipient:
    return Recipient(AccountKey("paper", f"test-{uuid4().hex[:12]}"), (7,))


def earned(session: Session, key: AccountKey, pnl: int, closed_at: datetime) -> None:
    new = NewTrade(
        account=key,
        symbol="BTCUSDT",
        direction=Direction.LONG,
        quantity=Decimal("0.01"),
        entry_price=Decimal(60000),
        opened_at=closed_at - timedelta(hours=1),
        last_sequence=1,
    )
    opened = trades.open_trade(session, new)
    zero = Decimal(0)
    ended = Exit(Decimal(61000), ExitReason.TAKE_PROFIT, closed_at, zero, zero, Decimal(pnl))
    trades.close_trade(session, opened.id, ended)


def test_each_report_is_told_once(sessions: sessionmaker[Session], recipient: Recipient) -> None:
    with unit_of_work(sessions) as session:
        earned(session, recipient.account, 12, MONDAY - timedelta(hours=3))
        earned(session, recipient.account, -5, MONDAY - timedelta(days=2))
        earned(session, recipient.account, 99, MONDAY)  # belongs to the next report
    drawn = Drawn()
    assert report_due(sessions, recipient, drawn, now=MONDAY) == 2
    later = MONDAY + timedelta(hours=20)
    assert report_due(sessions, recipient, drawn, now=later) == 0

    with read_session(sessions) as session:
        week, day = notifications.recent(session, recipient.account)
    assert day.text.splitlines()[:2] == [
        "Daily report: 04 Jan 2026",
        "Result +12.00 USDT in 1 closed trades, 1 won",
    ]
    assert week.text.splitlines()[1] == "Result +7.00 USDT in 2 closed trades, 1 won"
    assert [len(picture.results) for picture in drawn.pictures] == [14, 12]
    assert drawn.pictures[0].results[-1].pnl_usdt == 12

    assert report_due(sessions, recipient, drawn, now=MONDAY + timedelta(days=1)) == 1


def test_what_the_model_cost_stands_beside_the_result(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    with unit_of_work(sessions) as session:
        at = MONDAY - timedelta(hours=3)
        made = llm_calls.reserve(session, recipient.account, wish(), NO_LIMITS, at)
        assert isinstance(made, Reservation)
        used = Usage(input=900, output=100)
        llm_calls.settle(session, made.call_id, used, Decimal("0.42"), now=MONDAY)
    report_due(sessions, recipient, Drawn(), now=MONDAY)

    with read_session(sessions) as session:
        told = [
            one.text.splitlines()[-1] for one in notifications.recent(session, recipient.account)
        ]
    assert told == ["Not in it: the model cost 0.42 USD"] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"chats": ()},
        {"preferences": NoticePreferences({NoticeKind.REPORT: Loudness.OFF})},
    ],
)
def test_nothing_is_drawn_for_nobody(
    changes: dict[str, object], sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    drawn = Drawn()
    nobody = Recipient(**({"account": recipient.account, "chats": (7,)} | changes))  # type: ignore[arg-type]
    assert report_due(sessions, nobody, drawn, now=MONDAY) == 0
    assert drawn.pictures == []


@pytest.mark.parametrize("pnl", [(0, 0), (5, 8), (-5, -8), (5, -8), ()])
def test_a_picture_of_any_results_is_drawn_and_repeats_itself(pnl: tuple[int, ...]) -> None:
    results = tuple(
        Result(date(2026, 1, 1 + place), 1, 1, Decimal(one)) for place, one in enumerate(pnl)
    )
    picture = PnlPicture("Daily report", results)
    assert draw_pnl(picture) == draw_pnl(picture)
    with Image.open(BytesIO(draw_pnl(picture))) as image:
        assert image.size == (reports.WIDTH, reports.HEIGHT)
    assert (pnl_image.WIDTH, pnl_image.HEIGHT) == (reports.WIDTH, reports.HEIGHT)
