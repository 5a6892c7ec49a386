"""Everything the model analyst needs: the model, its prompt, its memory and its purse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import BoundedSemaphore

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from tasks.clock import Clock
from trading.arms import Arm
from trading.budget import BudgetLimits
from trading.cache_keys import CacheMode
from trading.grounding import GroundingRules
from trading.model_port import OpenModel
from trading.pricing import Price
from trading.prompts import PromptReference

ARM = "model"
"""The name under which the ledger books calls for a decision, before what is said of its arm."""


@dataclass(frozen=True, slots=True)
class ModelDesk:
    """A model and how it is used.

    `arm` is how the settings wish it to be shown a market. `longest` bounds everything from the
    first request to the last answer, as does a quarter of a bar. `elapsed` counts seconds and
    never jumps. `places` are the questions that may be on their way at once.
    """

    account: AccountKey
    model: OpenModel
    prompt: PromptReference
    arm: Arm
    grounding: GroundingRules
    budget: BudgetLimits
    price_of: Callable[[str, date], Price | None]
    cache: CacheMode
    sessions: sessionmaker[Session]
    now: Clock
    elapsed: Callable[[], float]
    places: BoundedSemaphore
    longest: timedelta = timedelta(seconds=120)

    @property
    def sends_picture(self) -> bool:
        """Whether a chart goes along."""
        return self.arm.sends_picture

    @property
    def ledger_arm(self) -> str:
        """The arm under which the ledger books its calls."""
        return self.arm.label(ARM)
