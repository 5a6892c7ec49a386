"""Money around every request: reserved before it leaves, settled when its end is known."""

import struct
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from db.repositories import llm_calls
from db.repositories.llm_calls import Ending, Wish
from db.unit_of_work import unit_of_work
from tasks.model_analyst.breaking import require_passage
from tasks.model_analyst.desk import ARM, ModelDesk
from trading import budget
from trading.call_outcomes import NO_ANSWER
from trading.errors import AutotraderError, MisconfiguredError
from trading.image_tokens import image_tokens
from trading.model_errors import ModelError, ModelRefusedError
from trading.model_port import Send
from trading.pricing import Price, cost
from trading.replies import ModelReply, ModelRequest
from trading.snapshot import MarketSnapshot
from trading.text_tokens import text_tokens

_PNG_SIZE = struct.Struct(">II")
_PNG_SIZE_AT = 16  # after the signature and the head of the first chunk


class BudgetExhaustedError(AutotraderError):
    """The budget has no room for one more call; nothing was sent."""


@dataclass(slots=True)
class Booking:
    """The ledger of one question. `call_id` is of the newest request, None before the first."""

    desk: ModelDesk
    snapshot: MarketSnapshot
    prompt_fingerprint: str
    attempt: int
    call_id: UUID | None = None

    def around(self, send: Send) -> Send:
        """`send`, with its cost reserved before and booked after."""

        def booked(request: ModelRequest) -> ModelReply:
            price = self.desk.price_of(self.desk.model.identity.model, self.desk.now().date())
            call_id = self._reserve(request, price)
            self.call_id = call_id
            began = self.desk.elapsed()
            try:
                reply = send(request)
            except ModelError as error:
                self._book_failure(call_id, error, price, self._since(began))
                raise
            except MisconfiguredError:
                self._book_unsent(call_id, price)
                raise
            self._book_reply(call_id, reply, price)
            return reply

        return booked

    def _reserve(self, request: ModelRequest, price: Price | None) -> UUID:
        with unit_of_work(self.desk.sessions) as session:
            llm_calls.hold(session, self.desk.account)
            require_passage(session, self.desk)
            reserved = llm_calls.reserve(
                session,
                self.desk.account,
                self._wish(request, price),
                self.desk.budget,
                self.desk.now(),
            )
        if isinstance(reserved, budget.Refused):
            raise BudgetExhaustedError(reserved.detail)
        return reserved.call_id

    def _wish(self, request: ModelRequest, price: Price | None) -> Wish:
        pictures = sum(_picture_tokens(png, price) for png in request.images)
        text = text_tokens(request.system) + text_tokens(request.user)
        return Wish(
            purpose=request.purpose,
            host=self.desk.model.identity.host,
            model_requested=self.desk.model.identity.model,
            estimated_input_tokens=text + pictures,
            max_output_tokens=request.max_output_tokens,
            price=price,
            image_tokens=pictures,
            slot=self.snapshot.as_of,
            symbol=self.snapshot.symbol,
            arm=ARM,
            attempt=self.attempt,
            prompt_fingerprint=self.prompt_fingerprint,
        )

    def _book_reply(self, call_id: UUID, reply: ModelReply, price: Price | None) -> None:
        ending = Ending(
            model_returned=reply.model,
            request_id=reply.request_id,
            finish=reply.finish,
            latency=reply.latency,
            error_code=None if reply.usage else "no_usage",
        )
        with unit_of_work(self.desk.sessions) as session:
            if reply.usage is None:
                llm_calls.keep(session, call_id, ending, now=self.desk.now())
                return
            paid = None if price is None else cost(reply.usage, price)
            llm_calls.settle(
                session, call_id, reply.usage, paid, now=self.desk.now(), ending=ending
            )

    def _book_failure(
        self, call_id: UUID, error: ModelError, price: Price | None, took: timedelta
    ) -> None:
        """A request whose bill nobody knows keeps its reservation; a refused one cost nothing."""
        ending = Ending(
            request_id=error.evidence.request_id or None,
            latency=took,
            error_code=_code_of(error),
        )
        if not error.may_be_billed:
            self._book_nothing(call_id, ending, price)
            return
        with unit_of_work(self.desk.sessions) as session:
            llm_calls.keep(session, call_id, ending, now=self.desk.now())

    def _book_unsent(self, call_id: UUID, price: Price | None) -> None:
        """The model cannot be asked so, which shows before anything is sent."""
        self._book_nothing(call_id, Ending(error_code="not_sent"), price)

    def _book_nothing(self, call_id: UUID, ending: Ending, price: Price | None) -> None:
        nothing = None if price is None else Decimal(0)
        with unit_of_work(self.desk.sessions) as session:
            llm_calls.settle(session, call_id, None, nothing, now=self.desk.now(), ending=ending)

    def _since(self, began: float) -> timedelta:
        return timedelta(seconds=self.desk.elapsed() - began)


def _code_of(error: ModelError) -> str:
    return error.kind.value if isinstance(error, ModelRefusedError) else NO_ANSWER


def _picture_tokens(png: bytes, price: Price | None) -> int:
    if price is None or price.image is None:
        return 0
    width, height = _PNG_SIZE.unpack_from(png, _PNG_SIZE_AT)
    return image_tokens(price.image, width, height)
