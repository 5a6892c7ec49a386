"""The one composition root: from the owner's settings to everything a step may use."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from threading import Lock

from sqlalchemy.orm import Session, sessionmaker

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.clock import measure_offset
from adapters.bybit.gateway import BybitGateway, connect
from adapters.chart_image import render_chart
from adapters.chart_process import drawn_beside
from adapters.openai.access import ModelAccess
from adapters.openai_analyst import open_model
from adapters.prompts.variables import Question
from config.desk import Analyst as AnalystName
from config.desk import Clock as ClockName
from config.fingerprint import code_version, config_hash
from config.model_access import ModelSettings
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.asking import Asking, asking_of
from tasks.clock import Clock, system_clock, wall_time
from tasks.model_analyst.building import model_desk
from tasks.model_analyst.desk import ModelDesk
from tasks.model_analyst.opinion import ask_model
from tasks.model_analyst.saving import plan_with_budget
from tasks.one_processor import one_at_a_time
from tasks.shared_candles import SharedCandles
from tasks.traffic import open_gate
from trading.analysis import Abstention, Analysis
from trading.candles import Interval
from trading.chart import ChartImage, ChartInput
from trading.confidence import ConfidenceRules
from trading.errors import ExchangeHaltedError, MisconfiguredError
from trading.limits import RiskPolicy
from trading.question_plan import QuestionPlan, ask_as_usual
from trading.signals import SignalRules
from trading.slots import SlotRules, check_skew
from trading.snapshot import MarketSnapshot, SnapshotRules
from trading.technical_analyst import TechnicalRules, analyse
from trading.traffic_rules import TrafficRules
from trading.trailing import TrailingRules

_REPLAY_PACE = 1000
"""A replayed market passes an hour in seconds, and its limits count as many."""

Analyst = Callable[[MarketSnapshot, ChartImage], Analysis | Abstention]
"""Answers about one snapshot and its chart picture."""

Planner = Callable[[MarketSnapshot], QuestionPlan]
"""How the analyst is asked about a snapshot, before anything is drawn."""

Renderer = Callable[[ChartInput], ChartImage]
"""Draws a chart; equal inputs give equal bytes."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the owner chose, as the rules take it."""

    account: AccountKey
    symbols: tuple[str, ...]
    interval: Interval
    slots: SlotRules
    snapshots: SnapshotRules
    signals: SignalRules
    confidence: ConfidenceRules
    risk: RiskPolicy
    trailing: TrailingRules
    settle_time: timedelta
    config_hash: str
    code_version: str


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything a step reads with, decides by, acts through and remembers in.

    `asking` says what waits for the owner's word, and which chats hear of it. `clock_skew` is how
    far the exchange's clock was from ours when the run began; None while a market is replayed,
    whose time is the exchange's own. `plan` chooses the arm of each question to the analyst.
    `bitcoin` is what all symbols share of a slot.
    """

    desk: Desk
    asking: Asking
    gateway: BybitGateway
    analyst: Analyst
    render: Renderer
    sessions: sessionmaker[Session]
    now: Clock
    clock_skew: timedelta | None
    plan: Planner = ask_as_usual
    bitcoin: SharedCandles = field(default_factory=SharedCandles)


@contextmanager
def open_resources(
    settings: Settings, *, role: str, clock: Clock | None = None, charts: int = 1
) -> Iterator[Resources]:
    """Connect to the exchange and the database for one run, and give both back after it.

    `role` names the run in the database's own views. `clock` takes the place of the settings' one
    where somebody knows the time of a replayed market better than by asking for it. `charts` is
    about how many the run may draw: many are drawn by a process of their own.

    Raises:
        MisconfiguredError: the database cannot be reached or is not migrated, or the key may
            withdraw money.
        ExchangeError: the exchange does not answer.
    """
    url = settings.database_url.get_secret_value()
    with (
        drawn_beside(one_at_a_time(render_chart), charts=charts) as render,
        open_engine(url, _pool(settings, role)) as engine,
        open_gate(url, traffic_rules(settings), role=role) as gate,
        closing(connect(exchange_access(settings), gate=gate)) as gateway,
    ):
        require_current(engine)
        desk = desk_of(settings)
        sessions = session_factory(engine)
        now, skew = (clock, None) if clock else _clock(settings, gateway)
        # With a clock that far off no signed request passes: the run is to say so and skip.
        if skew is None or check_skew(skew, desk.slots) is None:
            refuse_withdrawal_right(gateway)
        with _chosen_analyst(settings, desk, sessions, now) as (analyst, plan):
            yield Resources(
                desk=desk,
                asking=asking_of(settings),
                gateway=gateway,
                analyst=analyst,
                render=render,
                sessions=sessions,
                now=now,
                clock_skew=skew,
                plan=plan,
            )


def _pool(settings: Settings, role: str) -> EngineOptions:
    usual = EngineOptions(application_name=role)
    # Every question on its way holds one connection and now and then needs a second.
    return replace(usual, pool_size=usual.pool_size + settings.model_calls_at_once)


def traffic_rules(settings: Settings) -> TrafficRules:
    """How the gate to the exchange goes by, faster while a market is replayed."""
    return TrafficRules(pace=_REPLAY_PACE if settings.clock is ClockName.EXCHANGE else 1)


def exchange_access(settings: Settings) -> ExchangeAccess:
    """Address and key of the account that the settings name."""
    key, secret = settings.exchange_key
    return ExchangeAccess(
        base_url=settings.exchange_url,
        api_key=key,
        api_secret=secret,
        receive_window=timedelta(milliseconds=settings.recv_window_ms),
        timeout=timedelta(seconds=settings.exchange_timeout_seconds),
    )


def desk_of(settings: Settings) -> Desk:
    """The owner's choices as the rules take them."""
    return Desk(
        account=AccountKey(settings.environment, settings.account),
        symbols=settings.symbols,
        interval=settings.interval,
        slots=SlotRules(
            maximum_lateness=timedelta(seconds=settings.cycle_max_lateness_seconds),
            maximum_clock_skew=timedelta(milliseconds=settings.max_clock_skew_ms),
            lease=timedelta(seconds=settings.lease_seconds),
        ),
        snapshots=SnapshotRules(bars=settings.lookback_candles),
        signals=SignalRules(),
        confidence=settings.confidence_rules(),
        risk=settings.risk_policy(),
        trailing=settings.trailing_rules(),
        # After this time a request that nobody has seen is refused as too old (bybit_v5.md §2.8).
        settle_time=timedelta(milliseconds=settings.recv_window_ms) + timedelta(seconds=1),
        config_hash=config_hash(settings),
        code_version=code_version(),
    )


def refuse_withdrawal_right(gateway: BybitGateway) -> None:
    """Refuse a key that could move money out of the account; the desk never needs that right."""
    permissions = gateway.key_permissions()
    if permissions.may_withdraw:
        message = (
            "the API key of AUTOTRADER_EXCHANGE_API_KEY may withdraw money; make one that may "
            "only trade contracts and use that"
        )
        raise MisconfiguredError(message)
    if not permissions.may_trade:
        message = "the API key may not trade contracts; entries and protection need that right"
        raise ExchangeHaltedError(message)


def _clock(settings: Settings, gateway: BybitGateway) -> tuple[Clock, timedelta | None]:
    if settings.clock is ClockName.EXCHANGE:
        return gateway.server_time, None
    offset = measure_offset(gateway.server_time, wall_time).offset
    return system_clock(offset), offset


@contextmanager
def _chosen_analyst(
    settings: Settings, desk: Desk, sessions: sessionmaker[Session], now: Clock
) -> Iterator[tuple[Analyst, Planner]]:
    if settings.analyst is AnalystName.TECHNICAL:
        yield _technical_analyst, ask_as_usual
        return
    with ExitStack() as stack:
        opening = Lock()

        # Opened by the first question: a wrong name, price file or certificate of the model must
        # not keep a sync, a brake or a close by hand from their work.
        @cache
        def opened() -> ModelDesk:
            return stack.enter_context(opened_model_desk(settings, desk, sessions, now))

        def model() -> ModelDesk:
            with opening:
                return opened()

        def ask(snapshot: MarketSnapshot, chart: ChartImage) -> Analysis | Abstention:
            return ask_model(model(), snapshot, chart)

        def plan(snapshot: MarketSnapshot) -> QuestionPlan:
            return plan_with_budget(model(), snapshot)

        yield ask, plan


@contextmanager
def opened_model_desk(
    settings: Settings,
    desk: Desk,
    sessions: sessionmaker[Session],
    now: Clock,
) -> Iterator[ModelDesk]:
    """The desk that asks the model of the settings, while the block runs. Nothing is sent yet.

    Raises:
        MisconfiguredError: the address, the key, a certificate or the price file cannot be used.
    """
    access = model_access(settings)
    opened = open_model(
        access,
        settings.capability(native=access.is_native),
        _question(settings, desk),
        calls_at_once=settings.model_calls_at_once,
        max_output_tokens=settings.model_max_output_tokens,
    )
    with opened as model:
        yield model_desk(settings, desk.account, model, sessions, now)


def model_access(settings: ModelSettings) -> ModelAccess:
    """Address, key and name of the model that the settings name."""
    return ModelAccess(
        base_url=settings.model_base_url,
        api_key=settings.model_api_key,
        model=settings.model_name,
        effort=settings.model_effort or None,
        temperature=settings.model_temperature,
        seed=settings.model_seed,
        ca_path=settings.model_ca_file or None,
    )


def _question(settings: Settings, desk: Desk) -> Question:
    return Question(
        signals=desk.signals,
        limits=desk.risk.limits,
        costs=desk.risk.costs,
        horizon_bars=settings.model_horizon_bars,
        output_language=settings.model_language,
    )


def _technical_analyst(snapshot: MarketSnapshot, _chart: ChartImage) -> Analysis | Abstention:
    return analyse(snapshot, TechnicalRules())
