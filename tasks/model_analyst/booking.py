"""Money and memory around every request: reserved before it leaves, settled and kept after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from db.repositories import llm_answers, llm_calls
from db.repositories.llm_calls import Wish
from db.unit_of_work import unit_of_work
from tasks.model_analyst.billing import Reserved, bill_failure, bill_reply, bill_unsent
from tasks.model_analyst.breaking import require_passage
from tasks.model_analyst.desk import ModelDesk
from tasks.model_analyst.estimating import counts_pictures, estimate_of
from tasks.model_analyst.questions import question_of
from trading import budget
from trading.cache_keys import Question
from trading.errors import AutotraderError, MisconfiguredError
from trading.model_errors import ModelError
from trading.model_port import Send
from trading.pricing import Price
from trading.replies import ModelReply, ModelRequest, Purpose
from trading.snapshot import MarketSnapshot


class BudgetExhaustedError(AutotraderError):
    """The budget has no room for one more call; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where and when a reply was stored."""

    id: UUID
    at: datetime


@dataclass(slots=True)
class Booking:
    """The ledger of one question, and what came back for each request that it took.

    `question` is the one whose answer is wanted: replies are stored under it, but for the words of
    a first step, which answer a question of their own. Without a `snapshot` it is about no market,
    and no answer to it is served again. `call` and `kept` are of the newest request and reply,
    None before the first; `described` is the description of the pictures that the newest request
    rests on, "" where it needed none.
    """

    desk: ModelDesk
    snapshot: MarketSnapshot | None
    prompt_fingerprint: str
    attempt: int
    question: Question | None = None
    call: Reserved | None = None
    kept: Kept | None = None
    described: str = ""
    _is_let_through: bool = False

    def about(self, request: ModelRequest) -> Question:
        """The question that `request` asks; what comes back from now on is stored under it."""
        self.question = self._question_of(request)
        return self.question

    def around(self, send: Send) -> Send:
        """`send`, with its cost reserved before and booked after, and its reply kept."""

        def booked(request: ModelRequest) -> ModelReply:
            self.call = self._reserve(request, self._price_for(request))
            self.described, began = request.described, self.desk.elapsed()
            try:
                reply = send(request)
            except ModelError as error:
                self._book_failure(request, error, self._since(began))
                raise
            except MisconfiguredError:
                self._book_unsent()
                raise
            self._book_reply(request, reply)
            self._is_let_through = request.purpose is Purpose.OBSERVE
            return reply

        return booked

    def _price_for(self, request: ModelRequest) -> Price | None:
        price = self.desk.price_of(self.desk.model.identity.model, self.desk.now().date())
        if price is None or counts_pictures(request, price) or not self.desk.budget.is_set:
            return price
        message = (
            f"{price.version} has no rule for pictures, the call shows one and there is a budget; "
            "add `image` to the model in the price file"
        )
        raise BudgetExhaustedError(message)

    def _reserve(self, request: ModelRequest, price: Price | None) -> Reserved:
        wish = self._wish(request, price)
        with unit_of_work(self.desk.sessions) as session:
            llm_calls.hold(session, self.desk.account)
            # Of two steps only the second can close the breaker that they try together: it may
            # not be stopped by the probe that the first one was.
            if not self._is_let_through:
                require_passage(session, self.desk)
            self._is_let_through = False
            reserved = llm_calls.reserve(
                session, self.desk.account, wish, self.desk.budget, self.desk.now()
            )
        if isinstance(reserved, budget.Refused):
            raise BudgetExhaustedError(reserved.detail)
        return Reserved(reserved.call_id, price)

    def _wish(self, request: ModelRequest, price: Price | None) -> Wish:
        estimate, market = estimate_of(request, price), self.snapshot
        return Wish(
            purpose=request.purpose,
            host=self.desk.model.identity.host,
            model_requested=self.desk.model.identity.model,
            estimated_input_tokens=estimate.total,
            max_output_tokens=request.max_output_tokens,
            price=price,
            image_tokens=estimate.pictures,
            pictures=len(request.images),
            slot=None if market is None else market.as_of,
            symbol=None if market is None else market.symbol,
            arm=self.desk.ledger_arm,
            attempt=self.attempt,
            prompt_fingerprint=self.prompt_fingerprint,
        )

    def _book_reply(self, request: ModelRequest, reply: ModelReply) -> None:
        with unit_of_work(self.desk.sessions) as session:
            bill_reply(session, self._call, reply, now=self.desk.now())
            self._keep(session, request, reply)

    def _book_failure(self, request: ModelRequest, error: ModelError, took: timedelta) -> None:
        with unit_of_work(self.desk.sessions) as session:
            reply = bill_failure(session, self._call, error, took=took, now=self.desk.now())
            if reply is not None:
                self._keep(session, request, reply)

    def _book_unsent(self) -> None:
        with unit_of_work(self.desk.sessions) as session:
            bill_unsent(session, self._call, now=self.desk.now())

    def _keep(self, session: Session, request: ModelRequest, reply: ModelReply) -> None:
        """In the transaction of its bill: whatever was paid for is also there to be read."""
        now = self.desk.now()
        question = None if request.purpose is Purpose.OBSERVE else self.question
        answer_id = llm_answers.store(
            session,
            question or self._question_of(request),
            reply,
            call_id=self._call.call_id,
            valid_until=max(now, self._bar_end(now)),
            now=now,
        )
        self.kept = Kept(answer_id, now)

    def _bar_end(self, now: datetime) -> datetime:
        market = self.snapshot
        return now if market is None else market.as_of + market.interval.length

    @property
    def _call(self) -> Reserved:
        assert self.call is not None  # reserved before anything is booked
        return self.call

    def _question_of(self, request: ModelRequest) -> Question:
        return question_of(
            self.desk,
            request,
            prompt_fingerprint=self.prompt_fingerprint,
            attempt=self.attempt,
        )

    def _since(self, began: float) -> timedelta:
        return timedelta(seconds=self.desk.elapsed() - began)
