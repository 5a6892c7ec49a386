"""Everything the model analyst needs: the model, its prompt, its memory and its purse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import BoundedSemaphore

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from tasks.clock import Clock
from trading.budget import BudgetLimits
from trading.cache_keys import CacheMode
from trading.grounding import GroundingRules
from trading.model_port import OpenModel
from trading.pricing import Price
from trading.prompts import PromptReference

ARM = "model"
"""The arm under which the ledger books calls for a decision."""


@dataclass(frozen=True, slots=True)
class ModelDesk:
    """A model and how it is used.

    `sends_picture` is whether the chart goes along. `longest` bounds everything from the first
    request to the last answer, as does a quarter of a bar. `elapsed` counts seconds and never
    jumps. `places` are the questions that may be on their way at once.
    """

    account: AccountKey
    model: OpenModel
    prompt: PromptReference
    sends_picture: bool
    grounding: GroundingRules
    budget: BudgetLimits
    price_of: Callable[[str, date], Price | None]
    cache: CacheMode
    sessions: sessionmaker[Session]
    now: Clock
    elapsed: Callable[[], float]
    places: BoundedSemaphore
    longest: timedelta = timedelta(seconds=120)
