"""`analyse --propose`: an uploaded chart becomes an order by the owner's word and no other way."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from db.models import ApprovalRow, DecisionRow, IntentRow, NotificationRow
from tests.cli.commands.model_by_hand import LONG, Analyse, RowsOf, Use, says, told
from tests.cli.commands.ran import Run
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from tests.tasks.model_analyst.asking_desk import StandIn
from trading.reasons import Outcome, Reason

pytestmark = ONE_WORKER


def test_a_proposal_waits_whatever_the_owner_asks_for_otherwise(
    analyse: Analyse, stand_in: StandIn, rows_of: RowsOf, use_settings: Use
) -> None:
    use_settings({"APPROVAL": "never", "TELEGRAM_CHAT_IDS": "7"})
    stand_in.script(says(LONG))

    done = analyse("--propose", "--json")

    answer = told(done)
    assert (done.code, answer["status"]) == (0, "waits_for_approval")
    (row,), (asked,) = rows_of(DecisionRow), rows_of(ApprovalRow)
    assert (row.outcome, row.reason, row.arm) == (None, None, "uploaded")
    assert (asked.decision_id, asked.state, str(asked.id)) == (
        row.id,
        "proposed",
        answer["proposal"]["approval_id"],
    )
    assert answer["proposal"]["next"] == f"autotrader approve {asked.id}"
    assert (asked.stop_loss, asked.take_profit) == (147, 156)
    assert asked.reasons.startswith("from an uploaded chart, ")
    assert "Long the break" in asked.reasons
    (letter,) = rows_of(NotificationRow)
    assert "Why: from an uploaded chart, " in letter.text
    assert letter.picture_sha256 == row.chart_sha256
    assert rows_of(IntentRow) == []


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ({"GATE": "shadow"}, "confidence.shadow_mode"),
        ({"MINIMUM_REWARD_RISK": "4"}, "risk.reward_risk"),
    ],
)
def test_what_the_gate_or_a_limit_refuses_is_not_proposed(
    analyse: Analyse,
    stand_in: StandIn,
    rows_of: RowsOf,
    use_settings: Use,
    setting: dict[str, str],
    reason: str,
) -> None:
    use_settings(setting)
    stand_in.script(says(LONG))

    done = analyse("--propose", "--json")

    assert (done.code, told(done)["status"]) == (3, "refused")
    assert told(done)["decision"]["reason"] == reason
    assert rows_of(ApprovalRow) == []


def test_a_desk_that_is_halted_proposes_nothing(
    analyse: Analyse, autotrader: Run, stand_in: StandIn, rows_of: RowsOf
) -> None:
    autotrader("halt", "--reason", "the owner is away")
    stand_in.script(says(LONG))

    done = analyse("--propose", "--json")

    assert (done.code, told(done)["status"]) == (3, "refused")
    assert "the owner is away" in told(done)["decision"]["detail"]
    assert rows_of(ApprovalRow) == []


@pytest.fixture
def trading(use_model: Callable[[Venue], str], venue: Venue, stand_in: StandIn) -> Venue:
    """A venue of this test alone, whose desk is asked about a long of the calm market."""
    use_model(venue)
    stand_in.script(says(LONG))
    return venue


def proposed(autotrader: Run, picture: Path) -> dict[str, Any]:
    where = ("--image", str(picture), "--symbol", CALM, "--timeframe", "1h")
    done = autotrader("analyse", *where, "--propose", "--json")
    assert done.code == 0, done.err
    return told(done)


def test_the_owners_yes_sends_exactly_one_order_with_its_stop(
    autotrader: Run, picture: Path, trading: Venue, rows_of: RowsOf
) -> None:
    answer = proposed(autotrader, picture)
    assert trading.records()["orders"] == []

    words = answer["proposal"]["next"].split()[1:]
    done = autotrader(*words, "--yes", "--json")

    assert (done.code, told(done)["ruling"]) == (0, "approved")
    assert told(autotrader(*words, "--yes", "--json"))["ruling"] == "already_answered"
    (order,) = [one for one in trading.records()["orders"] if not one["reduceOnly"]]
    wanted = answer["proposal"]["order"]
    assert (order["orderStatus"], order["qty"]) == ("Filled", wanted["quantity"])
    assert order["orderLinkId"] == wanted["link_id"]
    (position,) = trading.gateway.positions()
    assert (position.stop_loss, position.take_profit) == (Decimal(147), Decimal(156))
    (row,) = rows_of(DecisionRow)
    assert (row.outcome, row.reason) == (Outcome.TRADED, Reason.ORDER_FILLED)
    replayed = told(autotrader("replay", answer["decision"]["id"], "--json"))
    assert (replayed["same"], replayed["differs"]) == (1, 0)


def test_the_owners_no_sends_nothing(
    autotrader: Run, picture: Path, trading: Venue, rows_of: RowsOf
) -> None:
    answer = proposed(autotrader, picture)

    done = autotrader("reject", answer["proposal"]["approval_id"])

    assert (done.code, trading.records()["orders"]) == (0, [])
    assert done.out.startswith("rejected: rejected by")
    (row,) = rows_of(DecisionRow)
    assert (row.outcome, row.reason) == (Outcome.REFUSED, Reason.APPROVAL_REJECTED)
