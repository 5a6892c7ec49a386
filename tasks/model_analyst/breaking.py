"""Whether the model may be asked: what its newest calls in the ledger leave of its breakers.

The ledger is the breakers' memory, so that they hold for every process and after a restart.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from db.queries.recent_calls import recent_calls
from tasks.model_analyst.desk import ModelDesk
from trading.breaker import Passage, blocked_until, passage
from trading.call_outcomes import breakers_after
from trading.errors import AutotraderError
from trading.model_breaker import BreakerKind, ModelBreakers, may_call

_WHY: Mapping[BreakerKind, str] = MappingProxyType(
    {
        BreakerKind.TRANSPORT: "its last calls brought no answer",
        BreakerKind.SCHEMA: "its last answers broke the schema",
        BreakerKind.VISION: "it did not see the last pictures",
    }
)


class LeftAloneError(AutotraderError):
    """A breaker of the model is open; nothing was sent. The message says until when."""


def require_passage(session: Session, desk: ModelDesk) -> None:
    """Let one more call to the model leave, or refuse it.

    Look where the call's reservation is made and behind the same lock: of two processes only one
    may send the probe.

    Raises:
        LeftAloneError: the model is left alone.
    """
    now, identity = desk.now(), desk.model.identity
    calls = recent_calls(session, desk.account, identity.host, identity.model, now=now)
    breakers = breakers_after(calls)
    if may_call(breakers, now, with_picture=desk.sends_picture) is Passage.BLOCKED:
        raise LeftAloneError(_said(desk, breakers, now))


def _said(desk: ModelDesk, breakers: ModelBreakers, now: datetime) -> str:
    identity = desk.model.identity
    blocking = {
        kind: until
        for kind, one in breakers.items()
        if passage(one.breaker, now) is Passage.BLOCKED
        and (desk.sends_picture or kind is not BreakerKind.VISION)
        and (until := blocked_until(one.breaker)) is not None
    }
    reasons = " and ".join(_WHY[kind] for kind in blocking)
    return (
        f"{identity.model} at {identity.host} is left alone until "
        f"{max(blocking.values()).isoformat(timespec='seconds')}: {reasons}; nothing was sent. "
        "Stops and targets stay; `autotrader llm doctor` tells what is wrong"
    )
