"""The ledger of the doctor's questions: examining a model costs money like asking it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import llm_calls
from db.repositories.llm_calls import Wish
from db.unit_of_work import unit_of_work
from tasks.clock import Clock
from tasks.model_analyst.billing import Reserved, bill_failure, bill_reply, bill_unsent
from tasks.model_analyst.estimating import estimate_of
from trading import budget
from trading.budget import BudgetLimits
from trading.errors import MisconfiguredError
from trading.model_errors import ModelError, NotSentError
from trading.model_port import Send
from trading.pricing import Price
from trading.replies import ModelReply, ModelRequest


@dataclass(frozen=True, slots=True)
class ProbeLedger:
    """Books what one model is asked by a doctor, under the account whose budget pays for it.

    `host` is a bare name and port. Without a `price` the limits cannot hold and are not asked:
    examining a model is how its owner finds out that it has none. `elapsed` counts seconds and
    never jumps.
    """

    account: AccountKey
    host: str
    model: str
    price: Price | None
    limits: BudgetLimits
    sessions: sessionmaker[Session]
    now: Clock
    elapsed: Callable[[], float] = time.monotonic

    def around(self, send: Send) -> Send:
        """`send`, with its cost reserved before and booked after.

        It raises NotSentError where the budget has no room; nothing was sent then.
        """

        def booked(request: ModelRequest) -> ModelReply:
            call, began = self._reserve(request), self.elapsed()
            try:
                reply = send(request)
            except ModelError as error:
                took = timedelta(seconds=self.elapsed() - began)
                with unit_of_work(self.sessions) as session:
                    bill_failure(session, call, error, took=took, now=self.now())
                raise
            except MisconfiguredError:
                with unit_of_work(self.sessions) as session:
                    bill_unsent(session, call, now=self.now())
                raise
            with unit_of_work(self.sessions) as session:
                bill_reply(session, call, reply, now=self.now())
            return reply

        return booked

    def _reserve(self, request: ModelRequest) -> Reserved:
        limits = BudgetLimits() if self.price is None else self.limits
        wish = self._wish(request)
        with unit_of_work(self.sessions) as session:
            reserved = llm_calls.reserve(session, self.account, wish, limits, self.now())
        if isinstance(reserved, budget.Refused):
            message = f"not asked, the budget has no room: {reserved.detail}"
            raise NotSentError(message)
        return Reserved(reserved.call_id, self.price)

    def _wish(self, request: ModelRequest) -> Wish:
        estimate = estimate_of(request, self.price)
        return Wish(
            purpose=request.purpose,
            host=self.host,
            model_requested=self.model,
            estimated_input_tokens=estimate.total,
            max_output_tokens=request.max_output_tokens,
            price=self.price,
            image_tokens=estimate.pictures,
            pictures=len(request.images),
        )
