"""The owner hears when the model repeats itself, declines, is billed oddly, left alone, dear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from trading.analysis import Action
from trading.breaker import Breaker
from trading.budget import BudgetLimits, Limit
from trading.model_alarms import (
    LEAST_BILLED,
    SAME_FORECASTS,
    Alarm,
    AlarmKind,
    Forecast,
    ModelRecord,
    ModelWatch,
    alarms,
)
from trading.model_breaker import BreakerKind, ModelBreaker, ModelBreakers
from trading.notices import NoticeKind, Severity
from trading.traffic import BreakerState

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FLAT = Forecast(Action.FLAT, 50)
LIMITS = BudgetLimits(
    per_call=Decimal(1), per_symbol_day=Decimal(2), per_day=Decimal(5), per_month=Decimal(100)
)
WATCH = ModelWatch("gpt-4.1", budget=LIMITS)


def found(watch: ModelWatch = WATCH, **known: Any) -> tuple[Alarm, ...]:
    return alarms(watch, ModelRecord(**known), now=NOW)


def kinds(watch: ModelWatch = WATCH, **known: Any) -> list[AlarmKind]:
    return [alarm.kind for alarm in found(watch, **known)]


def test_a_model_of_which_nothing_is_known_is_well() -> None:
    assert found() == ()


@pytest.mark.parametrize(
    ("forecasts", "raised"),
    [
        ([FLAT] * SAME_FORECASTS, True),
        ([FLAT] * (SAME_FORECASTS - 1), False),
        ([FLAT] * (SAME_FORECASTS - 1) + [replace(FLAT, p_up=51)], False),
        ([Forecast(Action.LONG, 60, (55, 40, 5))] * SAME_FORECASTS, True),
        (
            [Forecast(Action.LONG, 60, (55, 40, 5))] * (SAME_FORECASTS - 1)
            + [Forecast(Action.LONG, 60, (54, 41, 5))],
            False,
        ),
    ],
)
def test_twenty_equal_forecasts_say_nothing(forecasts: list[Forecast], raised: bool) -> None:
    assert kinds(forecasts=forecasts) == [AlarmKind.SAME_FORECASTS] * raised


@pytest.mark.parametrize(
    ("asked", "refused", "raised"),
    [(3, 1, False), (3, 2, True), (200, 2, False), (199, 2, True), (0, 0, False)],
)
def test_more_than_one_refusal_in_a_hundred_is_told(
    asked: int, refused: int, raised: bool
) -> None:
    assert kinds(asked=asked, refused=refused) == [AlarmKind.REFUSALS] * raised


@pytest.mark.parametrize(
    ("calls", "billed", "raised"),
    [
        (LEAST_BILLED, 1_250, False),
        (LEAST_BILLED, 1_251, True),
        (LEAST_BILLED, 800, False),
        (LEAST_BILLED, 799, True),
        (LEAST_BILLED - 1, 5_000, False),
    ],
)
def test_tokens_billed_by_another_rule_are_told(calls: int, billed: int, raised: bool) -> None:
    known = {"billed_calls": calls, "estimated_tokens": 1_000, "billed_tokens": billed}
    assert kinds(**known) == [AlarmKind.TOKENS_OFF] * raised


def breakers(kind: BreakerKind, breaker: Breaker) -> ModelBreakers:
    return {kind: ModelBreaker(breaker)}


def opened(until: datetime) -> Breaker:
    return Breaker(BreakerState.OPEN, 1, open_until=until)


@pytest.mark.parametrize(
    ("breaker", "again"),
    [
        (opened(NOW + MINUTE), "before 12:01 UTC"),
        # An hour goes by before the next cycle may probe: it is safe mode all the same.
        (opened(NOW - MINUTE), "before its next answer"),
        (
            Breaker(BreakerState.HALF_OPEN, 1, probe_until=NOW + 3 * MINUTE),
            "before 12:03 UTC",
        ),
    ],
)
def test_safe_mode_lasts_until_the_model_has_answered(breaker: Breaker, again: str) -> None:
    (alarm,) = found(breakers=breakers(BreakerKind.SCHEMA, breaker))
    assert alarm.kind is AlarmKind.LEFT_ALONE
    assert alarm.detail.startswith(f"safe mode, no entries {again}: its answers broke the schema.")


def test_a_closed_breaker_is_no_safe_mode() -> None:
    assert found(breakers=breakers(BreakerKind.TRANSPORT, Breaker(failures=2))) == ()


@pytest.mark.parametrize(("sends_picture", "raised"), [(True, True), (False, False)])
def test_a_blind_model_that_is_shown_no_picture_is_well(sends_picture: bool, raised: bool) -> None:
    blind = breakers(BreakerKind.VISION, opened(NOW + MINUTE))
    watch = replace(WATCH, sends_picture=sends_picture)
    assert kinds(watch, breakers=blind) == [AlarmKind.LEFT_ALONE] * raised


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        ({Limit.PER_DAY: "3.99"}, None),
        ({Limit.PER_DAY: "4"}, "4.00 of 5 USD per day are used"),
        ({Limit.PER_DAY: "4", Limit.PER_SYMBOL_DAY: "1.9"}, "1.90 of 2 USD per symbol day"),
        ({Limit.PER_MONTH: "120"}, "120.00 of 100 USD per month"),
    ],
)
def test_four_fifths_of_the_fullest_limit_are_told(
    spent: dict[Limit, str], said: str | None
) -> None:
    seen = found(spent_usd={limit: Decimal(usd) for limit, usd in spent.items()})
    assert [alarm.detail.startswith(said or "") for alarm in seen] == [True] * (said is not None)


def test_without_a_limit_no_sum_is_too_much() -> None:
    free = ModelWatch("own", budget=BudgetLimits(per_day=Decimal(0)))
    assert found(free, spent_usd={Limit.PER_DAY: Decimal(0), Limit.PER_MONTH: Decimal(9)}) == ()


def test_a_refused_call_is_told_with_its_reason() -> None:
    (alarm,) = found(over_budget="per_day would be 5.1 of 5 USD; wait or raise the limit")
    assert alarm == Alarm(
        AlarmKind.BUDGET_SPENT,
        "not asked, no entries: per_day would be 5.1 of 5 USD; wait or raise the limit",
    )


def test_each_alarm_obeys_the_setting_of_its_kind_and_none_is_critical() -> None:
    money = {AlarmKind.BUDGET_LOW, AlarmKind.BUDGET_SPENT}
    assert {kind for kind in AlarmKind if kind.notice is NoticeKind.BUDGET} == money
    assert {kind.notice for kind in set(AlarmKind) - money} == {NoticeKind.TROUBLE}
    assert all(kind.severity is not Severity.CRITICAL for kind in AlarmKind)


def test_a_server_that_refuses_is_told_with_its_advice() -> None:
    (alarm,) = found(refused_by_server="the key is not accepted. Make a new one")
    assert (alarm.kind, alarm.kind.notice) == (AlarmKind.SERVER_REFUSES, NoticeKind.TROUBLE)
    assert alarm.detail == "no answers, no entries: the key is not accepted. Make a new one"


@pytest.mark.parametrize("answered", ["", "gpt-4.1", "gpt-4.1-2025-04-14", "openai/gpt-4.1"])
def test_the_model_that_was_asked_answers(answered: str) -> None:
    assert found(answered_as=answered) == ()


def test_another_model_in_its_place_is_told() -> None:
    (alarm,) = found(answered_as="cheap-2")
    assert (alarm.kind, alarm.kind.severity) == (AlarmKind.OTHER_MODEL, Severity.WARNING)
    assert alarm.detail.startswith("cheap-2 answers in its place")


def test_a_first_look_that_went_wrong_is_told_with_what_to_do() -> None:
    (alarm,) = found(unfit="it does not see a picture that it is shown")
    assert (alarm.kind, alarm.kind.notice) == (AlarmKind.UNFIT, NoticeKind.TROUBLE)
    assert "does not see a picture" in alarm.detail
    assert "`autotrader llm doctor`" in alarm.detail
