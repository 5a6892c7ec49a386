import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.answers.percentages import to_whole
from adapters.answers.reading import read_answer
from adapters.answers.unwrapping import unwrapped
from adapters.answers.wire import WireProbabilities
from tests.adapters.answers.said import (
    as_text,
    flat_answer,
    long_answer,
    put,
    put_raw,
    reply,
)
from trading.analysis import Action, FlatReason, Probabilities, Regime
from trading.failures import Failure, FailureCode, Remedy
from trading.model_answer import (
    Bias,
    EntryType,
    Evidence,
    ModelAnswer,
    Move,
    Pattern,
    PatternName,
    Readback,
    Stage,
)
from trading.replies import FinishState

LONG = ModelAnswer(
    chart_code="K7QD",
    readback=Readback(Move.FLAT, Decimal(40_050), Decimal(39_950)),
    regime=Regime.RANGE,
    patterns=(Pattern(PatternName.BULL_FLAG, Stage.FORMING, Bias.LONG, "tight range"),),
    support=(Decimal("39950.5"),),
    resistance=(Decimal(40_050), Decimal(40_400)),
    evidence=(
        Evidence("price sits on the mean", "ema_20", Decimal(40_000), Bias.NEUTRAL),
        Evidence("calm", "high", Decimal(40_050), Bias.LONG),
        Evidence("the picture shows a flag", "last", None, Bias.LONG),
    ),
    bull_case="the range breaks up",
    bear_case="the range breaks down",
    invalidation="a close below 39900",
    p_up=55,
    action=Action.LONG,
    entry_type=EntryType.MARKET,
    entry_price=None,
    stop_loss=Decimal(39_801),
    take_profit=Decimal(40_401),
    horizon_bars=24,
    probabilities=Probabilities(40, 50, 10),
    flat_reason=None,
    summary="Long the break of a calm range, stop below it.",
)


def read(document: Any) -> ModelAnswer | Failure:
    return read_answer(reply(as_text(document)), strict=True)


def test_an_answer_is_read_as_it_was_said() -> None:
    assert read(long_answer()) == LONG


def test_a_flat_answer_has_the_wires_word_for_its_reason() -> None:
    flat = replace(
        LONG,
        action=Action.FLAT,
        entry_type=EntryType.NONE,
        stop_loss=None,
        take_profit=None,
        horizon_bars=None,
        probabilities=None,
        flat_reason=FlatReason.LOW_REWARD_RISK,
    )
    assert read(flat_answer()) == flat


def test_numbers_are_exact() -> None:
    text = put_raw("stop_loss", "39801.100000000000001")
    answer = read_answer(reply(text), strict=True)
    assert isinstance(answer, ModelAnswer)
    assert answer.stop_loss == Decimal("39801.100000000000001")


def test_white_space_around_the_answer_is_nothing() -> None:
    text = f"\r\n\t {as_text(long_answer())}\n"
    assert read_answer(reply(text), strict=True) == LONG


@pytest.mark.parametrize(
    "wrapping",
    [
        "\ufeff@",
        "```json\n@\n```",
        "```\n@```",
        "<think>98,000? [1, 2] {}</think>\n@",
        "<think>one</think><think>two</think>```JSON\n@\n```\n",
        "\u200b@\u2060",
    ],
)
def test_without_structured_output_only_the_wrapping_is_taken_off(wrapping: str) -> None:
    text = wrapping.replace("@", as_text(long_answer()))
    assert read_answer(reply(text), strict=False) == LONG
    assert isinstance(read_answer(reply(text), strict=True), Failure)


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060", "\ufeff"])
def test_a_number_with_something_unseen_in_it_is_not_put_together(unseen: str) -> None:
    text = put_raw("p_up", f"6{unseen}0")

    failure = read_answer(reply(text), strict=False)

    assert isinstance(failure, Failure)
    assert failure.remedy is Remedy.REPAIR


def test_a_text_without_wrapping_stays_as_it_is() -> None:
    assert unwrapped("```") == "```"
    assert unwrapped("a ```json b") == "a ```json b"


@pytest.mark.parametrize("finish", [FinishState.COMPLETE, FinishState.UNKNOWN])
def test_a_server_that_does_not_say_how_it_finished_is_read(finish: FinishState) -> None:
    assert read_answer(reply(as_text(long_answer()), finish=finish), strict=True) == LONG


def test_running_out_of_room_is_no_empty_answer() -> None:
    failure = read_answer(reply(None, finish=FinishState.TRUNCATED), strict=True)
    assert isinstance(failure, Failure)
    assert failure.code is FailureCode.TRUNCATED


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        (put("p_up", 100), ("/p_up: is 100; allowed are 1 to 99",)),
        (
            put("patterns/0/stage", "done"),
            ("/patterns/0/stage: is not one of forming, complete, failed",),
        ),
        (put("stop_loss", -1), ("/stop_loss: is -1; a price is above 0",)),
        (long_answer(**{"a/~b\n": 1}), ("/a~1~0b\\n: Extra inputs are not permitted",)),
        (
            long_answer(horizon_bars=None, flat_reason="conflict"),
            (
                "/flat_reason: is for FLAT; write null",
                "/horizon_bars: null is for FLAT; LONG needs it",
            ),
        ),
    ],
)
def test_a_model_is_told_every_problem_by_its_place(
    document: Any, problems: tuple[str, ...]
) -> None:
    failure = read(document)
    assert isinstance(failure, Failure)
    assert (failure.code, failure.problems) == (FailureCode.SCHEMA, problems)


def test_a_number_in_quotes_is_told_as_such_beside_other_problems() -> None:
    failure = read(put("stop_loss", "39801", put("regime", "bull")))
    assert isinstance(failure, Failure)
    assert failure.code is FailureCode.BAD_NUMBER
    assert [problem.partition(":")[0] for problem in failure.problems] == ["/regime", "/stop_loss"]


def test_at_most_twenty_problems_are_told() -> None:
    failure = read(long_answer(**{f"key{number}": 1 for number in range(50)}))
    assert isinstance(failure, Failure)
    assert len(failure.problems) == 20


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (put_raw("stop_loss", "98,000"), "'000' at"),
        (put_raw("stop_loss", "3~5"), "'3~5' at"),
        (put_raw("stop_loss", "\uff15"), "U+FF15 (FULLWIDTH DIGIT FIVE) at"),
        ('{"p_up": 55, "p_up": 56}', "key 'p_up' comes twice"),
        ("[" * 5000, "nested too deeply"),
        ("[1]", "send exactly one object"),
        ("Buy!", "Expecting value at 0"),
        (json.dumps("x" * 1_000_001), "has over 1000000 bytes"),
    ],
)
def test_a_text_that_is_not_the_json_is_refused_where_it_breaks(text: str, detail: str) -> None:
    failure = read_answer(reply(text), strict=True)
    assert isinstance(failure, Failure)
    assert detail in failure.detail
    assert failure.problems == (failure.detail,)


@pytest.mark.parametrize(
    ("stated", "whole"),
    [
        ((40, 50, 10), (40, 50, 10)),
        ((33, 33, 33), (34, 33, 33)),
        ((34, 34, 33), (34, 33, 33)),
        ((0, 99, 0), (0, 100, 0)),
        ((1, 100, 0), (1, 99, 0)),
        ((40, 50, 8), None),
        ((100, 100, 100), None),
        ((0, 0, 0), None),
    ],
)
def test_percents_that_miss_100_by_one_are_mended(
    stated: tuple[int, int, int], whole: tuple[int, int, int] | None
) -> None:
    said = WireProbabilities(tp_first=stated[0], sl_first=stated[1], neither=stated[2])
    assert to_whole(said) == (None if whole is None else Probabilities(*whole))
