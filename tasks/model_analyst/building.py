"""From the owner's settings to a model desk."""

import time
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore

from sqlalchemy.orm import Session, sessionmaker

from config.pricing import load_prices
from config.prompts import first_prompts
from config.settings import Settings
from db.keys import AccountKey
from db.repositories import llm_calls
from db.repositories.prompts import seed_first_prompts
from db.unit_of_work import unit_of_work
from tasks.clock import Clock
from tasks.model_analyst.desk import ModelDesk
from trading.grounding import GroundingRules
from trading.model_port import OpenModel
from trading.prompts import parse_reference

_LONGEST_CALL = timedelta(minutes=10)  # far longer than any deadline of one


def model_desk(
    settings: Settings,
    account: AccountKey,
    model: OpenModel,
    sessions: sessionmaker[Session],
    now: Clock,
) -> ModelDesk:
    """The desk that asks `model`; the prompts that ship are stored if they were not.

    Calls of a process that died while it asked are booked at what was reserved for them.
    """
    opened_at = now()
    with unit_of_work(sessions) as session:
        llm_calls.keep_abandoned(session, account, before=opened_at - _LONGEST_CALL, now=opened_at)
        seed_first_prompts(session, first_prompts(), now=opened_at)
    own_prices = settings.model_price_file
    return ModelDesk(
        account=account,
        model=model,
        prompt=parse_reference(settings.model_prompt),
        arm=settings.arm(),
        grounding=GroundingRules(),
        budget=settings.budget_limits(),
        price_of=load_prices(Path(own_prices) if own_prices else None).price_of,
        cache=settings.model_cache,
        sessions=sessions,
        now=now,
        elapsed=time.monotonic,
        places=BoundedSemaphore(settings.model_calls_at_once),
    )
