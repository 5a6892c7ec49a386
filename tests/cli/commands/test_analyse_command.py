"""`analyse`: a picture of the owner's becomes a decision that is kept and can be replayed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from db.models import ApprovalRow, CycleRunRow, DecisionRow
from tests.cli.commands.model_by_hand import FLAT, LONG, UNUSABLE, Analyse, RowsOf, Use, says, told
from tests.cli.commands.ran import Run
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.tasks.model_analyst.asking_desk import MODELS, PRICES, TWO_STEPS, StandIn
from trading.reasons import Reason

pytestmark = ONE_WORKER


def test_an_upload_is_kept_as_a_decision_with_all_it_rested_on(
    analyse: Analyse, stand_in: StandIn, rows_of: RowsOf
) -> None:
    stand_in.script(says(LONG))

    done = analyse("--json")

    answer = told(done)
    assert (done.code, answer["status"], answer["proposal"]) == (0, "signal", None)
    (row,) = rows_of(DecisionRow)
    assert answer["decision"] == {
        "id": str(row.id),
        "arm": "uploaded",
        "outcome": "skipped",
        "reason": "approval.not_asked",
        "detail": "an opinion was wanted and no order",
    }
    assert (row.symbol, row.arm, row.analyst) == (
        CALM,
        "uploaded",
        "stand-in-vision chart_reader@1/uploaded",
    )
    assert (row.snapshot["interval"], row.snapshot["symbol"]) == ("1h", CALM)
    assert row.chart_sha256 == answer["picture"].split()[1]
    assert row.analysis["stop_loss"] == "147"
    assert row.verdict["signal"]["take_profit"] == "156"
    assert row.verdict["approved"] is None
    assert row.confidence is not None
    assert row.config_hash
    assert row.code_version
    (run,) = rows_of(CycleRunRow)
    assert (run.flow, run.state, run.slot) == ("analyse", "finished", row.slot)
    assert run.detail.startswith("uploaded file ")


def test_the_picture_is_kept_as_it_was_shown(
    analyse: Analyse, stand_in: StandIn, rows_of: RowsOf
) -> None:
    analyse()

    (question,) = stand_in.questions()
    sent = json.dumps(question)
    assert "The picture was given by a person" in sent
    assert "It has no chart code" in sent
    (row,) = rows_of(DecisionRow)
    assert row.chart_sha256 in sent


@pytest.mark.parametrize(
    ("words", "said", "ending"),
    [
        ((), says(FLAT), (0, "flat", Reason.ANALYST_FLAT)),
        (("--propose",), says(FLAT), (0, "flat", Reason.ANALYST_FLAT)),
        ((), UNUSABLE, (1, "abstained", Reason.ANALYST_ABSTAINED)),
        (("--propose",), UNUSABLE, (1, "abstained", Reason.ANALYST_ABSTAINED)),
    ],
)
def test_what_is_no_trade_is_kept_too(
    analyse: Analyse,
    stand_in: StandIn,
    rows_of: RowsOf,
    words: tuple[str, ...],
    said: dict[str, Any],
    ending: tuple[int, str, Reason],
) -> None:
    stand_in.script(said)

    done = analyse("--json", *words)

    (row,) = rows_of(DecisionRow)
    assert (done.code, told(done)["status"], row.reason) == ending
    assert (row.outcome, row.arm) == (ending[1], "uploaded")
    assert rows_of(ApprovalRow) == []


def test_a_market_that_is_not_seen_costs_nothing_and_is_kept(
    analyse: Analyse, stand_in: StandIn, rows_of: RowsOf
) -> None:
    done = analyse("--symbol", "nosuchusdt", "--propose")

    assert done.code == 1
    assert "lists no USDT perpetual NOSUCHUSDT" in done.out
    assert "give one that it lists" in done.out
    assert stand_in.questions() == []
    (row,) = rows_of(DecisionRow)
    assert (row.symbol, row.reason, row.snapshot) == ("NOSUCHUSDT", Reason.DATA_INSTRUMENT, None)


def test_two_at_one_moment_are_two_decisions(
    analyse: Analyse, stand_in: StandIn, rows_of: RowsOf
) -> None:
    # Time stands still on the quiet venue.
    stand_in.script(says(LONG), says(FLAT))

    first, second = told(analyse("--json")), told(analyse("--json"))

    # The same question of the same bar is answered from memory.
    assert (first["status"], second["status"]) == ("signal", "signal")
    one, other = rows_of(DecisionRow)
    assert other.slot - one.slot == timedelta(microseconds=1)
    assert [str(one.id), str(other.id)] == [first["decision"]["id"], second["decision"]["id"]]
    assert len(stand_in.questions()) == 1


def test_what_breaks_off_is_on_record_and_decides_nothing(
    analyse: Analyse, rows_of: RowsOf, use_settings: Use
) -> None:
    use_settings({"MODEL_PROMPT": "nobody@7"})

    done = analyse()

    assert (done.code, rows_of(DecisionRow)) == (2, [])
    assert "there is no prompt nobody@7" in done.err
    (run,) = rows_of(CycleRunRow)
    assert run.state == "failed"
    assert "nobody@7" in run.detail


@pytest.mark.parametrize(
    ("said", "outcome"), [(says(LONG), "skipped"), (says(FLAT), "flat"), (UNUSABLE, "abstained")]
)
def test_a_decision_about_an_upload_is_replayed_the_same(
    analyse: Analyse,
    autotrader: Run,
    stand_in: StandIn,
    said: dict[str, Any],
    outcome: str,
) -> None:
    stand_in.script(said)
    decision = told(analyse("--json"))["decision"]
    assert decision["outcome"] == outcome
    asked = len(stand_in.questions())

    done = autotrader("replay", decision["id"], "--json")

    (replayed,) = told(done)["decisions"]
    assert (replayed["differences"], replayed["status"]) == ([], "same")
    assert (done.code, replayed["arm"]) == (0, "uploaded")
    assert len(stand_in.questions()) == asked


def test_what_is_refused_and_was_not_to_be_proposed_is_only_told(
    analyse: Analyse, stand_in: StandIn, use_settings: Use
) -> None:
    use_settings({"GATE": "shadow"})
    stand_in.script(says(LONG))

    done = analyse()

    assert done.code == 0
    assert "refused (confidence.shadow_mode)" in done.out


@pytest.mark.parametrize(
    ("words", "setting", "last"),
    [
        ((), {}, "Nothing was sent; with --propose you are asked about the order this leads to."),
        (("--propose",), {}, "USDT at risk, waits for your word until "),
        (
            ("--propose",),
            {"MINIMUM_REWARD_RISK": "4"},
            "Nothing was sent, and nothing waits for your word.",
        ),
    ],
)
def test_what_happens_next_is_told(
    analyse: Analyse,
    stand_in: StandIn,
    use_settings: Use,
    words: tuple[str, ...],
    setting: dict[str, str],
    last: str,
) -> None:
    use_settings(setting)
    stand_in.script(says(LONG))

    lines = analyse(*words).out.splitlines()

    assert lines[0].startswith(f"{CALM} 1h, 2026-01-11 20:00:00 UTC: ")
    assert any("model said 40 %, " in line for line in lines)
    assert lines[-2].startswith("Kept as decision ")
    assert last in lines[-1]
    assert ("refused (risk.reward_risk): " in "".join(lines)) is bool(setting)


def test_two_pictures_of_one_bar_are_replayed_each_by_its_own_answer(
    analyse: Analyse, autotrader: Run, stand_in: StandIn, tmp_path: Path
) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (320, 320), (0, 0, 90)).save(other)
    stand_in.script(says(LONG), says(FLAT))

    done = [told(analyse("--json")), told(analyse("--json", image=other))]

    assert [one["status"] for one in done] == ["signal", "flat"]
    for one in done:
        replayed = told(autotrader("replay", one["decision"]["id"], "--json"))
        assert (replayed["same"], replayed["differs"]) == (1, 0)


def test_a_model_that_looks_and_answers_in_two_steps_is_replayed_too(
    analyse: Analyse, autotrader: Run, use_settings: Use, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES.read_text().replace(MODELS[0], TWO_STEPS))
    use_settings({"MODEL_NAME": TWO_STEPS, "MODEL_PRICE_FILE": str(prices)})

    done = analyse("--json")

    assert done.code == 0, done.out
    replayed = told(autotrader("replay", told(done)["decision"]["id"], "--json"))
    assert (replayed["same"], replayed["differs"]) == (1, 0)
