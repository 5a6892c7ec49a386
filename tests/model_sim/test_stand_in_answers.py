"""Answers: grounded in what was told and shown, in the shape asked for, always the same."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.answers.reading import read_answer
from adapters.answers.schema import response_schema
from model_sim.answers.answering import content_of
from model_sim.answers.facts import ACTIONS, Facts, read_facts
from model_sim.answers.opinion import form_opinion
from model_sim.answers.reading_back import extremes
from model_sim.answers.shaping import shape
from model_sim.question import Api, Question
from model_sim.sight.looking import UNREAD, look
from tests.model_sim.pictures import drawn, probe, told, walk
from tests.model_sim.talking import CODE_SCHEMA, schema_of
from trading.model_answer import ModelAnswer
from trading.replies import FinishState, ModelReply

RISING = "last: 40000.5\nask: 40001\nbid: 40000\nema_20: 39900\nema_50: 39500\natr_14: 200\n"
FALLING = "last: 40000.5\nask: 40001\nbid: 40000\nema_20: 39500\nema_50: 39900\natr_14: 200\n"


def asked(text: str, *images: bytes, schema: dict | None = None, **changes: object) -> Question:
    question = Question(Api.CHAT, "m", (text,), images, "fingerprint", schema)
    return replace(question, **changes)


def analysed(text: str, *images: bytes, seed: int = 1) -> dict:
    answer: dict = json.loads(content_of(asked(text, *images, schema=response_schema()), seed))
    return answer


def believed(content: str) -> ModelAnswer:
    """The content as the desk itself reads it."""
    reply = ModelReply(
        raw=content.encode(),
        text=content,
        refusal="",
        finish=FinishState.COMPLETE,
        usage=None,
        model="m",
        request_id="",
        latency=timedelta(0),
    )
    answer = read_answer(reply, strict=True)
    assert isinstance(answer, ModelAnswer), answer
    return answer


@pytest.mark.parametrize("seed", range(8))
def test_the_desk_believes_what_is_read_off_its_chart(seed: int) -> None:
    candles, chart = walk(seed), drawn(walk(seed), seed=f"{seed}")
    text = f"last: {candles[-1].close}\natr_14: 160.5\nema_20: 1\n{told(candles)}"
    answer = believed(
        content_of(asked(text, chart.png, schema=response_schema()), seed),
    )

    low = min(candle.low for candle in candles)
    high = max(candle.high for candle in candles)
    allowed = (high - low) * Decimal("0.0075")
    assert answer.chart_code == chart.code
    assert abs(answer.readback.visible_high - high) <= allowed
    assert abs(answer.readback.visible_low - low) <= allowed
    assert (answer.readback.last_candle == "up") == (candles[-1].close > candles[-1].open)


def test_evidence_cites_facts_as_they_were_told() -> None:
    text = RISING + "rsi_14: 61.5\nadx_14: 25\nsomething_else: 3\n"

    cited = {one["field"]: one["value"] for one in analysed(text)["evidence"]}

    assert cited == {"ema_20": 39900, "ema_50": 39500, "rsi_14": 61.5, "adx_14": 25}


@pytest.mark.parametrize(("text", "action", "sign"), [(RISING, "LONG", 1), (FALLING, "SHORT", -1)])
def test_levels_lie_on_both_sides_of_the_market(text: str, action: str, sign: int) -> None:
    answer = analysed(text)

    assert answer["action"] == action
    assert sign * answer["stop_loss"] < sign * 40_000 < sign * answer["take_profit"]
    assert sum(answer["probabilities"].values()) == 100
    assert (answer["p_up"] - 50) * sign > 0
    assert answer["horizon_bars"] == 12
    assert answer["flat_reason"] is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "data_doubt"),
        (f"{RISING}Allowed now: FLAT.", "no_setup"),
        (f"{RISING}position_entry: 39000\n", "no_setup"),
    ],
)
def test_flat_says_why_and_has_no_levels(text: str, reason: str) -> None:
    answer = analysed(text)

    assert answer["action"] == "FLAT"
    assert answer["flat_reason"] == reason
    empty = ("stop_loss", "take_profit", "horizon_bars", "probabilities")
    assert [answer[name] for name in empty] == [None] * 4
    assert answer["entry"] == {"type": "NONE", "price": None}


def test_another_seed_may_lean_elsewhere_and_the_same_never_does() -> None:
    text = RISING.replace("39900", "39550")

    assert analysed(text, seed=5) == analysed(text, seed=5)
    assert {analysed(text, seed=seed)["action"] for seed in range(20)} == {"LONG", "FLAT"}


@given(
    st.dictionaries(
        st.sampled_from(["last", "bid", "ask", "mark", "ema_20", "ema_50", "rsi_14", "atr_14"]),
        st.decimals("0.0001", "100000", places=4),
    ),
    st.integers(0, 99),
)
def test_every_opinion_hangs_together(numbers: dict[str, Decimal], seed: int) -> None:
    opinion = form_opinion(Facts(numbers), seed)

    assert 29 <= opinion.p_up <= 71
    assert (opinion.action == "FLAT") == (opinion.flat_reason is not None)
    if opinion.stop_loss is not None and opinion.take_profit is not None:
        assert opinion.stop_loss > 0
        assert (opinion.stop_loss < opinion.take_profit) == (opinion.action == "LONG")
        assert sum((opinion.probabilities or {}).values()) == 100


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("Allowed now: LONG, SHORT, FLAT.", ACTIONS),
        ("- allowed actions: flat", ("FLAT",)),
        ("allowed_actions: SHORT | FLAT", ("SHORT", "FLAT")),
        ("FLAT is always allowed", ACTIONS),
        ("Allowed now: nothing at all", ACTIONS),
    ],
)
def test_the_actions_allowed_are_found(line: str, allowed: tuple[str, ...]) -> None:
    assert read_facts(line).allowed == allowed


@pytest.mark.parametrize(
    ("adx", "regime"), [("", "unclear"), ("adx_14: 12\n", "range"), ("adx_14: 30\n", "trend_up")]
)
def test_the_strength_of_the_trend_tells_the_regime(adx: str, regime: str) -> None:
    assert analysed(f"{RISING}{adx}")["regime"] == regime


def test_a_draw_is_told_apart_by_the_words() -> None:
    last = (candles := walk(1))[-1]
    still = (*candles[:-1], replace(last, close=last.open))

    readback = analysed(told(still), drawn(still).png)["chart_readback"]

    assert readback["last_candle"] == "flat"


def test_prices_do_not_grow_downwards() -> None:
    flipped = tuple(
        replace(bar, open=-bar.open, high=-bar.low, low=-bar.high, close=-bar.close)
        for bar in read_facts(told(walk(1))).bars
    )
    facts = Facts({"highest": Decimal(5), "lowest": Decimal(4)}, flipped)
    seen = extremes(facts, look([drawn(walk(1)).png]))

    assert seen is not None
    assert seen.high == 5, "what the picture cannot confirm is taken from the words"


def test_facts_are_whole_lines_of_a_name_and_a_number() -> None:
    text = "last: 1.50\n- rsi_14 = 61\nstop: 2 to 3 ATR\nNot_a: 4\n| mark: 7 |\nlast: 9"

    assert read_facts(text).numbers == {"last": Decimal("1.50"), "rsi_14": 61, "mark": 7}


def test_the_first_table_of_candles_is_read_and_its_grid_found() -> None:
    candles = walk(1, count=70)
    facts = read_facts(f"Candles\n{told(candles)}\n\nmore\n{told(walk(2))}")

    assert [bar.close for bar in facts.bars] == [candle.close for candle in candles[-60:]]
    assert facts.tick == Decimal("0.5")
    assert facts.last == candles[-1].close
    assert facts.range is not None


def test_a_table_of_another_market_gives_no_scale() -> None:
    chart, other = drawn(walk(1)), read_facts(told(walk(2)))
    seen = extremes(other, look([chart.png]))

    assert seen is not None
    assert seen.high == max(bar.high for bar in other.bars)


def test_without_any_price_there_are_no_extremes() -> None:
    assert extremes(read_facts("nothing"), look([drawn(walk(1)).png])) is None


@pytest.mark.parametrize(("count", "code"), [(2, "7K3P"), (1, UNREAD)])
def test_who_misses_the_second_picture_does_not_vouch_for_the_first(count: int, code: str) -> None:
    pictures = (probe("7K3P"), probe("ACDE"))[:count]
    question = asked("The second picture shows more.", *pictures, schema=CODE_SCHEMA)

    assert json.loads(content_of(question, 1)) == {"code": code}


def test_two_steps_pass_on_what_was_seen() -> None:
    candles, chart = walk(3), drawn(walk(3))
    seen = content_of(asked(told(candles), chart.png), 1)
    answer = analysed(f"Someone saw this: {seen}\nlast: {candles[-1].close}")

    assert answer["chart_code"] == chart.code
    assert f"visible high is {answer['chart_readback']['visible_high']:g}" in seen


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ((), "OK. No picture came with the question."),
        ((probe(""),), "Chart code: ????. No chart can be made out."),
        ((probe("7K3P"),), "Chart code: 7K3P."),
    ],
)
def test_without_a_schema_it_says_what_it_sees(images: tuple[bytes, ...], said: str) -> None:
    assert content_of(asked("Look!", *images), 1) == said
    assert json.loads(content_of(asked("Look!", *images, wants_json=True), 1))["answer"] == said


def test_a_schema_that_is_told_in_words_is_obeyed() -> None:
    text = f"Use {{this}} schema:\n{json.dumps(CODE_SCHEMA)}\nNow."

    assert json.loads(content_of(asked(text, probe("7K3P")), 1)) == {"code": "7K3P"}


@pytest.mark.parametrize("text", ["the chart code, then", "code is the four", "code: abcd"])
def test_a_code_is_not_made_out_of_ordinary_words(text: str) -> None:
    assert json.loads(content_of(asked(text, schema=CODE_SCHEMA), 1)) == {"code": UNREAD}


@pytest.mark.parametrize(
    ("schema", "value", "shaped"),
    [
        ({"type": "string"}, "yes", "yes"),
        ({"type": "string"}, 5, "none"),
        ({"type": "boolean"}, None, True),
        ({"type": "integer"}, True, 1),
        ({"type": "number"}, 1.5, 1.5),
        ({"type": "array", "items": {"type": "string"}}, None, []),
        ({"type": "array", "items": {"type": "string"}}, ["a", 1], ["a", "none"]),
        ({"const": 7}, None, 7),
        ({"enum": ["long", "short"]}, "LONG", "long"),
        ({"enum": ["a", None]}, "b", None),
        ({"enum": ["a", "b"]}, "c", "a"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, None, None),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, 3, 3),
        ({"type": ["string", "null"]}, None, None),
        ({"type": ["integer", "string"]}, None, 1),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "integer"}}}, 4, 4),
        ({"$ref": "#/$defs/missing"}, 4, "none"),
        ({"properties": {"a": {"type": "integer"}}}, {"a": 2, "b": 3}, {"a": 2}),
        ({}, "free", "free"),
        ({"type": "boolean", "$ref": "elsewhere"}, None, True),
    ],
)
def test_values_take_the_shape_of_a_schema(schema: dict, value: object, shaped: object) -> None:
    assert shape(value, schema) == shaped


def test_a_schema_that_contains_itself_ends() -> None:
    endless = {"type": "object", "properties": {"again": {"$ref": "#"}}}

    assert json.dumps(shape(None, endless)).count("again") == 13


def test_unknown_schemas_are_filled_minimally() -> None:
    schema = schema_of(ready={"type": "boolean"}, word={"type": "string"}, n={"type": "integer"})

    assert json.loads(content_of(asked("Hi", schema=schema), 1)) == {
        "ready": True,
        "word": "none",
        "n": 1,
    }
