"""`analysis check` takes any bytes and says what the desk would make of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.commands.analysis import app
from cli.main import run
from tests.adapters.answers.said import CODE, as_text, flat_answer, long_answer
from tests.trading import builders

VALID = as_text(long_answer()).encode()


@pytest.fixture
def check(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Exit code and what was printed for a reply, as JSON unless it is for a person."""
    snapshot, reply = tmp_path / "S.json", tmp_path / "R.txt"
    snapshot.write_text(json.dumps(builders.snapshot_at_40000().to_json()))

    def check_one(raw: bytes, *options: str, as_json: bool = True) -> tuple[int, Any]:
        reply.write_bytes(raw)
        words = ["check", "--snapshot", str(snapshot), "--reply", str(reply), *options]
        code = run([*words, "--json"] if as_json else words, app)
        out = capfd.readouterr().out
        return code, json.loads(out) if as_json else out

    return check_one


def test_a_good_answer_is_decided(check: Callable[..., Any]) -> None:
    code, verdict = check(VALID, "--chart-code", CODE)
    assert code == 0
    assert verdict == {
        "status": "decided",
        "code": None,
        "action": "LONG",
        "details": [
            "price sits on the mean",
            "calm",
            "the picture shows a flag",
            "Long the break of a calm range, stop below it.",
        ],
    }


def test_doing_nothing_is_a_decision(check: Callable[..., Any]) -> None:
    code, verdict = check(as_text(flat_answer()).encode())
    assert (code, verdict["status"], verdict["action"]) == (0, "decided", "FLAT")


@pytest.mark.parametrize(
    ("raw", "failure"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "not_json"),
        (VALID + VALID, "multi_json"),
        (VALID.replace(b"39801", b"39,801"), "bad_number"),
        (VALID.replace(b'"LONG"', b'"BUY"'), "schema"),
        (VALID.replace(b"39801", b"40801"), "price_insane"),
        (VALID.replace(b"39801", b"39000"), "price_insane"),
        (VALID.replace(b"39801", b"39980"), "price_insane"),
        (VALID.replace(b"40401", b"42000"), "price_insane"),
        (VALID.replace(b"40000", b"98000"), "evidence_false"),
        (VALID.replace(b"calm range", b"www.evil"), "injection"),
        (b" " * 2_000_000 + VALID, "schema"),
    ],
)
def test_any_other_answer_is_an_abstention_with_its_code(
    check: Callable[..., Any], raw: bytes, failure: str
) -> None:
    code, verdict = check(raw)
    assert code == 1
    assert (verdict["status"], verdict["code"], verdict["action"]) == ("abstained", failure, None)
    assert verdict["details"]


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (long_answer(p_up=29, probabilities={"tp_first": 5, "sl_first": 90, "neither": 5}),
         "prob_incoherent"),
        (long_answer(p_up=40, probabilities={"tp_first": 80, "sl_first": 10, "neither": 10}),
         "prob_incoherent"),
        (long_answer(chart_readback={"last_candle": "up", "visible_high": 40050,
                                     "visible_low": 39950}),
         "readback_mismatch"),
    ],
)  # fmt: skip
def test_what_is_recorded_only_is_decided_with_a_code(
    check: Callable[..., Any], said: Any, failure: str
) -> None:
    code, verdict = check(as_text(said).encode(), "--chart-code", CODE)
    assert (code, verdict["action"], verdict["code"]) == (0, "LONG", failure)
    assert verdict["details"][0].startswith(f"shadow only, {failure}: ")


def test_a_fence_is_taken_off_unless_the_check_is_strict(check: Callable[..., Any]) -> None:
    fenced = b"```json\n" + VALID + b"\n```"
    assert check(fenced)[0] == 0
    code, verdict = check(fenced, "--strict")
    assert (code, verdict["code"]) == (1, "not_json")


def test_the_code_of_the_picture_must_be_named(check: Callable[..., Any]) -> None:
    code, verdict = check(VALID, "--chart-code", "ZZZZ")
    assert (code, verdict["code"]) == (1, "vision_not_seen")


def test_an_answer_about_a_hidden_market_is_held_against_what_was_shown(
    check: Callable[..., Any],
) -> None:
    # The first drawn close is 40000, which is shown as 100.
    said = long_answer(
        chart_readback={"last_candle": "flat", "visible_high": 100.125, "visible_low": 99.875},
        levels={"support": [99.876], "resistance": [100.125, 101]},
        stop_loss=99.5025,
        take_profit=101.0025,
    )
    said["evidence"][0]["value"], said["evidence"][1]["value"] = 100, 100.125
    masked = as_text(said).encode()

    code, verdict = check(masked, "--chart-code", CODE, "--mask", "anonymised")
    assert (code, verdict["status"], verdict["code"], verdict["action"]) == (
        0, "decided", None, "LONG",
    )  # fmt: skip
    assert check(masked)[1]["code"] == "price_insane"
    assert check(VALID, "--mask", "anonymised")[1]["code"] == "price_insane"


def test_a_level_of_a_hidden_market_is_told_in_its_own_prices(check: Callable[..., Any]) -> None:
    said = long_answer(
        levels={"support": [], "resistance": []}, stop_loss=99.50257, take_profit=101.0025
    )
    said["evidence"][0]["value"], said["evidence"][1]["value"] = 100, 100.125
    _, verdict = check(as_text(said).encode(), "--mask", "anonymised")
    assert verdict["details"][0].startswith("stop_loss 39801.028")


def test_a_rounded_level_is_told(check: Callable[..., Any]) -> None:
    _, verdict = check(VALID.replace(b"39801", b"39801.3"))
    assert verdict["details"][0] == "stop_loss 39801.3 rounded to 39801.0"


def test_a_person_reads_the_verdict_in_words(check: Callable[..., Any]) -> None:
    assert check(VALID, as_json=False)[1].splitlines()[:2] == [
        "decided: LONG",
        "  price sits on the mean",
    ]
    code, told = check(b"Buy!", as_json=False)
    assert code == 1
    assert told.startswith("abstained: not_json\n  Expecting value at 0")


@given(raw=st.binary(max_size=60))
@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_bytes_crash_it(check: Callable[..., Any], raw: bytes) -> None:
    code, verdict = check(raw)
    assert (code, verdict["status"]) == (1, "abstained")


@pytest.mark.parametrize(
    "snapshot", [b"", b"\xff", b"[" * 100_000, b"{}", b"NaN", b'{"version": "snapshot.v1"}']
)
def test_a_file_that_is_no_snapshot_is_a_usage_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], snapshot: bytes
) -> None:
    (tmp_path / "S.json").write_bytes(snapshot)
    (tmp_path / "R.txt").write_bytes(VALID)
    words = ["--snapshot", str(tmp_path / "S.json"), "--reply", str(tmp_path / "R.txt")]
    assert run(["check", *words], app) == 2
    assert "is no snapshot as `to_json` stores it" in capfd.readouterr().err
    assert run(["check", *words[:3], str(tmp_path / "nowhere")], app) == 2
