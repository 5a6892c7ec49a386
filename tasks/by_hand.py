"""A question to the model by hand: what would be sent and what it may cost, or the answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from db.repositories import llm_calls, trades
from db.unit_of_work import read_session
from tasks.analysis import judge
from tasks.listing import listed
from tasks.market import look_at_market
from tasks.model_analyst.desk import ModelDesk
from tasks.model_analyst.estimating import estimate_of
from tasks.model_analyst.opinion import ask_model
from tasks.resources import Desk, Resources
from tasks.study import Study
from trading import budget
from trading.analysis import Abstention
from trading.cache_keys import CacheMode
from trading.chart import ChartImage
from trading.model_errors import ModelUnavailableError
from trading.model_port import Around
from trading.positions import Position
from trading.pricing import worst_case
from trading.reasons import Reason, Refused
from trading.replies import ModelReply, ModelRequest
from trading.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class Preview:
    """A question that was not sent. Tokens are estimates, money is USD.

    `worst_case_usd` is None if nobody knows the model's price; `refused` is what the budget says
    against it now, "" if it says nothing.
    """

    model: str
    system: str
    user: str
    pictures: int
    text_tokens: int
    image_tokens: int
    max_output_tokens: int
    worst_case_usd: Decimal | None
    refused: str


def look(resources: Resources, symbol: str) -> MarketSnapshot | Refused:
    """The market of a symbol now as the desk would see it, an open position included."""
    instrument = listed(resources, symbol)
    if instrument is None:
        return Refused(
            Reason.DATA_INSTRUMENT,
            f"the exchange lists no USDT perpetual {symbol} that can be traded now; give one that "
            "it lists, such as BTCUSDT",
        )
    held = {position.symbol: position for position in resources.gateway.positions()}
    position = held.get(symbol)
    opened_at = None if position is None else _opened_at(resources, position)
    snapshot: MarketSnapshot | Refused = look_at_market(resources, instrument, position, opened_at)
    return snapshot


def opinion(desk: Desk, model: ModelDesk, snapshot: MarketSnapshot, chart: ChartImage) -> Study:
    """The model's answer, asked within the budget, and the judgement of it. Nothing is stored.

    Raises:
        MisconfiguredError: the prompt does not exist or cannot be filled.
    """
    answer = ask_model(model, snapshot, chart)
    return Study(snapshot.symbol, judge(desk, snapshot, answer), snapshot, chart, answer)


def preview(model: ModelDesk, snapshot: MarketSnapshot, chart: ChartImage) -> Preview:
    """The question as it would leave now. Nothing is sent, reserved or stored.

    Raises:
        MisconfiguredError: the prompt does not exist or cannot be filled.
        ModelUnavailableError: the model would not be asked now; the message says why.
    """
    request = _at_the_door(model, snapshot, chart)
    name = model.model.identity.model
    price = model.price_of(name, model.now().date())
    estimate = estimate_of(request, price)
    room = request.max_output_tokens
    cost = None if price is None else worst_case(estimate.total, room, price)
    return Preview(
        model=name,
        system=request.system,
        user=request.user,
        pictures=len(request.images),
        text_tokens=estimate.text,
        image_tokens=estimate.pictures,
        max_output_tokens=room,
        worst_case_usd=cost,
        refused=_refused(model, snapshot.symbol, cost),
    )


def _opened_at(resources: Resources, position: Position) -> datetime | None:
    """When the desk's trade behind the position began; None for one that it knows nothing of."""
    with read_session(resources.sessions) as session:
        booked = trades.open_trades(session, resources.desk.account)
    return next(
        (
            trade.opened_at
            for trade in booked
            if (trade.symbol, trade.direction) == (position.symbol, position.direction)
        ),
        None,
    )


def _at_the_door(model: ModelDesk, snapshot: MarketSnapshot, chart: ChartImage) -> ModelRequest:
    """The first request, made by the same code as a real one and stopped before it is sent."""
    stopped: list[ModelRequest] = []

    def stop(request: ModelRequest, _around: Around) -> ModelReply:
        stopped.append(request)
        message = "a dry run sends nothing"
        raise ModelUnavailableError(message)

    dry = replace(model, model=replace(model.model, ask=stop), cache=CacheMode.REFRESH)
    answer = ask_model(dry, snapshot, chart)
    if not stopped:
        why = answer.detail if isinstance(answer, Abstention) else answer.analyst
        message = f"{snapshot.symbol}: the model would not be asked now: {why}"
        raise ModelUnavailableError(message)
    return stopped[0]


def _refused(model: ModelDesk, symbol: str, cost: Decimal | None) -> str:
    with read_session(model.sessions) as session:
        spent = llm_calls.spent(session, model.account, symbol, now=model.now())
    verdict = budget.decide(model.budget, spent, cost)
    return verdict.detail if isinstance(verdict, budget.Refused) else ""
