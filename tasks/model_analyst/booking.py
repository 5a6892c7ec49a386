"""Money and memory around every request: reserved before it leaves, settled and kept after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from db.repositories import llm_answers, llm_calls
from db.repositories.llm_calls import Ending, Wish
from db.unit_of_work import unit_of_work
from tasks.model_analyst.breaking import require_passage
from tasks.model_analyst.desk import ModelDesk
from tasks.model_analyst.estimating import counts_pictures, estimate_of
from tasks.model_analyst.questions import question_of
from trading import budget
from trading.cache_keys import Question
from trading.call_outcomes import NO_ANSWER, NO_USAGE, NOT_SENT
from trading.errors import AutotraderError, MisconfiguredError
from trading.model_errors import ModelError, ModelRefusedError, NotSentError
from trading.model_port import Send
from trading.pricing import Price, cost
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
    a first step, which answer a question of their own. `call_id` and `kept` are of the newest
    request and reply, None before the first.
    """

    desk: ModelDesk
    snapshot: MarketSnapshot
    prompt_fingerprint: str
    attempt: int
    question: Question | None = None
    call_id: UUID | None = None
    kept: Kept | None = None
    _is_let_through: bool = False

    def about(self, request: ModelRequest) -> Question:
        """The question that `request` asks; what comes back from now on is stored under it."""
        self.question = self._question_of(request)
        return self.question

    def around(self, send: Send) -> Send:
        """`send`, with its cost reserved before and booked after, and its reply kept."""

        def booked(request: ModelRequest) -> ModelReply:
            price = self._price_for(request)
            call_id = self._reserve(request, price)
            self.call_id = call_id
            began = self.desk.elapsed()
            try:
                reply = send(request)
            except ModelError as error:
                self._book_failure(request, error, price, self._since(began))
                raise
            except MisconfiguredError:
                self._book_unsent(price)
                raise
            self._book_reply(request, reply, price)
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

    def _reserve(self, request: ModelRequest, price: Price | None) -> UUID:
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
        return reserved.call_id

    def _wish(self, request: ModelRequest, price: Price | None) -> Wish:
        estimate = estimate_of(request, price)
        return Wish(
            purpose=request.purpose,
            host=self.desk.model.identity.host,
            model_requested=self.desk.model.identity.model,
            estimated_input_tokens=estimate.total,
            max_output_tokens=request.max_output_tokens,
            price=price,
            image_tokens=estimate.pictures,
            pictures=len(request.images),
            slot=self.snapshot.as_of,
            symbol=self.snapshot.symbol,
            arm=self.desk.ledger_arm,
            attempt=self.attempt,
            prompt_fingerprint=self.prompt_fingerprint,
        )

    def _book_reply(self, request: ModelRequest, reply: ModelReply, price: Price | None) -> None:
        ending = Ending(
            model_returned=reply.model,
            request_id=reply.request_id,
            finish=reply.finish,
            latency=reply.latency,
            first_byte=reply.first_byte,
            sends=1,
            error_code=None if reply.usage else NO_USAGE,
        )
        with unit_of_work(self.desk.sessions) as session:
            self._settle(session, reply, ending, price)
            self._keep(session, request, reply)

    def _book_failure(
        self, request: ModelRequest, error: ModelError, price: Price | None, took: timedelta
    ) -> None:
        """A request whose bill nobody knows keeps its reservation; a refused one cost nothing."""
        reply = error.evidence.as_reply(took)
        ending = Ending(
            request_id=error.evidence.request_id or None,
            latency=took,
            sends=0 if isinstance(error, NotSentError) else 1,
            error_code=_code_of(error),
        )
        with unit_of_work(self.desk.sessions) as session:
            if error.may_be_billed or error.evidence.usage is not None:
                self._settle(session, reply, ending, price)
            else:
                self._settle_free(session, ending, price)
            if reply is not None:
                self._keep(session, request, reply)

    def _book_unsent(self, price: Price | None) -> None:
        """The model cannot be asked so, which shows before anything is sent."""
        with unit_of_work(self.desk.sessions) as session:
            self._settle_free(session, Ending(sends=0, error_code=NOT_SENT), price)

    def _settle(
        self, session: Session, reply: ModelReply | None, ending: Ending, price: Price | None
    ) -> None:
        usage = None if reply is None else reply.usage
        if usage is None:
            llm_calls.keep(session, self._call, ending, now=self.desk.now())
            return
        paid = None if price is None else cost(usage, price)
        llm_calls.settle(session, self._call, usage, paid, now=self.desk.now(), ending=ending)

    def _settle_free(self, session: Session, ending: Ending, price: Price | None) -> None:
        nothing = None if price is None else Decimal(0)
        llm_calls.settle(session, self._call, None, nothing, now=self.desk.now(), ending=ending)

    def _keep(self, session: Session, request: ModelRequest, reply: ModelReply) -> None:
        """In the transaction of its bill: whatever was paid for is also there to be read."""
        now = self.desk.now()
        question = None if request.purpose is Purpose.OBSERVE else self.question
        answer_id = llm_answers.store(
            session,
            question or self._question_of(request),
            reply,
            call_id=self._call,
            valid_until=max(now, self.snapshot.as_of + self.snapshot.interval.length),
            now=now,
        )
        self.kept = Kept(answer_id, now)

    @property
    def _call(self) -> UUID:
        assert self.call_id is not None  # reserved before anything is booked
        return self.call_id

    def _question_of(self, request: ModelRequest) -> Question:
        return question_of(
            self.desk,
            request,
            prompt_fingerprint=self.prompt_fingerprint,
            attempt=self.attempt,
        )

    def _since(self, began: float) -> timedelta:
        return timedelta(seconds=self.desk.elapsed() - began)


def _code_of(error: ModelError) -> str:
    if isinstance(error, NotSentError):
        return NOT_SENT
    return error.kind.value if isinstance(error, ModelRefusedError) else NO_ANSWER
