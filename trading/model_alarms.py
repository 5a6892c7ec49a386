"""What about the model the owner must hear of: analysis.md §3.2, §3.5, §3.9 and §3.10.

A pure look at what the ledger and the decisions of the model say; nothing here stops a call. What
stops one are the budget, the breakers and the validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from trading.analysis import Action
from trading.breaker import blocked_until
from trading.budget import SOFT_FRACTION, BudgetLimits, Limit
from trading.model_breaker import BreakerKind, ModelBreakers
from trading.model_names import is_same_model
from trading.notices import NoticeKind, Severity
from trading.pricing import HIGHEST_RATIO, LOWEST_RATIO, is_estimate_off, reconcile_ratio
from trading.traffic import BreakerState

WATCHED = timedelta(days=1)
"""How far back refusals and token counts are looked at."""
SAME_FORECASTS = 20
"""So many equal forecasts in a row say nothing about the market."""
MOST_REFUSED_FRACTION = Decimal("0.01")
LEAST_REFUSED = 2
"""One refusal may be chance, however few questions there were."""
LEAST_BILLED = 10
"""Bills that a comparison with our own token count needs."""


class AlarmKind(StrEnum):
    """What is wrong."""

    SAME_FORECASTS = "same_forecasts"
    REFUSALS = "refusals"
    TOKENS_OFF = "tokens_off"
    LEFT_ALONE = "left_alone"
    UNFIT = "unfit"
    SERVER_REFUSES = "server_refuses"
    OTHER_MODEL = "other_model"
    BUDGET_LOW = "budget_low"
    BUDGET_SPENT = "budget_spent"

    @property
    def notice(self) -> NoticeKind:
        """As which kind of message it is told, so which setting makes it silent."""
        is_money = self in {AlarmKind.BUDGET_LOW, AlarmKind.BUDGET_SPENT}
        return NoticeKind.BUDGET if is_money else NoticeKind.TROUBLE

    @property
    def severity(self) -> Severity:
        """How loudly. None is critical: stops and targets stand at the exchange."""
        return Severity.INFO if self is AlarmKind.BUDGET_LOW else Severity.WARNING


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong now; `detail` shows the value seen, the one allowed, what to do."""

    kind: AlarmKind
    detail: str


@dataclass(frozen=True, slots=True)
class ModelWatch:
    """The model the owner chose, whether it is shown pictures, and what it may cost."""

    model: str
    sends_picture: bool = True
    budget: BudgetLimits = field(default_factory=BudgetLimits)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an answer foretells, without its words and prices: those follow from the market."""

    action: Action
    p_up: int
    probabilities: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is known of the model.

    `forecasts` are its newest, at most SAME_FORECASTS; questions, refusals and bills are those of
    the last WATCHED; `spent_usd` is the fullest of each kind of limit; `over_budget` is why the
    newest cycle was refused money, "" if it was not; `unfit` what was wrong when it was first
    looked at, "" if nothing was or it has answered rightly since; `refused_by_server` why the
    newest cycle got no answer, "" if it got one; `answered_as` the name in the newest answer.
    """

    forecasts: Sequence[Forecast] = ()
    asked: int = 0
    refused: int = 0
    billed_calls: int = 0
    estimated_tokens: int = 0
    billed_tokens: int = 0
    breakers: ModelBreakers = field(default_factory=lambda: MappingProxyType({}))
    spent_usd: Mapping[Limit, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    over_budget: str = ""
    unfit: str = ""
    refused_by_server: str = ""
    answered_as: str = ""


def alarms(watch: ModelWatch, record: ModelRecord, *, now: datetime) -> tuple[Alarm, ...]:
    """Everything that is wrong now, at most one of each kind."""
    found = (
        _left_alone(watch, record.breakers, now),
        _unfit(record.unfit),
        _server_refuses(record.refused_by_server),
        _other_model(watch.model, record.answered_as),
        _same_forecasts(record.forecasts),
        _refusals(record),
        _tokens_off(record),
        _budget_low(watch.budget, record.spent_usd),
        _budget_spent(record.over_budget),
    )
    return tuple(alarm for alarm in found if alarm is not None)


_WHY: Mapping[BreakerKind, str] = MappingProxyType(
    {
        BreakerKind.TRANSPORT: "no answer came",
        BreakerKind.SCHEMA: "its answers broke the schema",
        BreakerKind.VISION: "it did not see the pictures",
    }
)


def _left_alone(watch: ModelWatch, breakers: ModelBreakers, now: datetime) -> Alarm | None:
    """Safe mode lasts until a probe was answered, not only until the next one may leave."""
    pulled = {
        kind: one.breaker
        for kind, one in breakers.items()
        if one.breaker.state is not BreakerState.CLOSED
        and (watch.sends_picture or kind is not BreakerKind.VISION)
    }
    if not pulled:
        return None
    why = " and ".join(_WHY[kind] for kind in pulled)
    until = max(blocked_until(breaker) or now for breaker in pulled.values())
    again = f"before {until:%H:%M} UTC" if until > now else "before its next answer"
    return Alarm(
        AlarmKind.LEFT_ALONE,
        f"safe mode, no entries {again}: {why}. Stops and targets stay; "
        "`autotrader llm doctor` tells what is wrong",
    )


def _unfit(fault: str) -> Alarm | None:
    if not fault:
        return None
    detail = (
        f"a first small question went wrong: {fault}. `autotrader llm doctor` tells what to do"
    )
    return Alarm(AlarmKind.UNFIT, detail)


def _server_refuses(why: str) -> Alarm | None:
    return Alarm(AlarmKind.SERVER_REFUSES, f"no answers, no entries: {why}") if why else None


def _other_model(asked: str, answered: str) -> Alarm | None:
    if is_same_model(asked, answered):
        return None
    return Alarm(
        AlarmKind.OTHER_MODEL,
        f"{answered} answers in its place: what is learned of one must not be counted for the "
        "other, nor is its price the one that is booked. Name the model that answers",
    )


def _same_forecasts(forecasts: Sequence[Forecast]) -> Alarm | None:
    if len(forecasts) < SAME_FORECASTS or len(set(forecasts)) > 1:
        return None
    same = forecasts[0]
    return Alarm(
        AlarmKind.SAME_FORECASTS,
        f"its last {len(forecasts)} forecasts are the same ({same.action}, {same.p_up} % up), "
        "whatever the market: choose another model or prompt",
    )


def _refusals(record: ModelRecord) -> Alarm | None:
    if record.refused < LEAST_REFUSED or record.refused <= record.asked * MOST_REFUSED_FRACTION:
        return None
    return Alarm(
        AlarmKind.REFUSALS,
        f"it declined {record.refused} of {record.asked} questions in 24 h, "
        f"{MOST_REFUSED_FRACTION:.0%} allowed: look at its prompt",
    )


def _tokens_off(record: ModelRecord) -> Alarm | None:
    ratio = reconcile_ratio(estimated=record.estimated_tokens, billed=record.billed_tokens)
    if record.billed_calls < LEAST_BILLED or not is_estimate_off(ratio):
        return None
    return Alarm(
        AlarmKind.TOKENS_OFF,
        f"{ratio:.2f} times the counted input tokens were billed over {record.billed_calls} calls "
        f"in 24 h, {LOWEST_RATIO}-{HIGHEST_RATIO} allowed: its entry in the price file is out of "
        "date",
    )


def _budget_low(limits: BudgetLimits, spent_usd: Mapping[Limit, Decimal]) -> Alarm | None:
    used = {
        limit: spent / allowed
        for limit, spent in spent_usd.items()
        if (allowed := limits.of(limit)) and spent >= allowed * SOFT_FRACTION
    }
    if not used:
        return None
    fullest = max(used, key=lambda limit: used[limit])
    return Alarm(
        AlarmKind.BUDGET_LOW,
        f"{spent_usd[fullest]:.2f} of {limits.of(fullest)} USD {fullest.replace('_', ' ')} "
        f"are used, which is over {SOFT_FRACTION:.0%}; at the limit the model is not asked",
    )


def _budget_spent(why: str) -> Alarm | None:
    return Alarm(AlarmKind.BUDGET_SPENT, f"not asked, no entries: {why}") if why else None
