"""What the model said about an uploaded chart, and what became of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.values import Exact, Shown
from tasks.opinion_status import OpinionStatus
from trading.analysis import AbstentionCode, Action, FlatReason, Regime
from trading.instruments import PERPETUAL
from trading.positions import Direction
from trading.reasons import Outcome, Reason

Perpetual = Annotated[str, StringConstraints(pattern=f"^{PERPETUAL}$")]
"""The name of a USDT perpetual as the exchange spells it."""


class Opinion(Shown):
    """What the model said. `p_up` in percent; levels in USDT, none where it would do nothing."""

    action: Action
    p_up: int
    regime: Regime
    reasons: list[str]
    stop_loss: Exact | None
    take_profit: Exact | None
    horizon_bars: int | None
    flat_reason: FlatReason | None
    doubts: list[str]


class NoOpinion(Shown):
    """Why the model gave no answer that could be believed."""

    code: AbstentionCode
    detail: str


class Chances(Shown):
    """What the signal is worth; probabilities 0..1, results in R (1 R = the way to the stop)."""

    reward_risk: Exact
    break_even: Exact
    probability: Exact
    probability_low: Exact
    probability_high: Exact
    expected_r: Exact
    expected_r_low: Exact
    is_calibrated: bool


class DecisionMade(Shown):
    """The decision as it is kept."""

    id: UUID
    arm: str
    outcome: Outcome | None
    reason: Reason | None
    detail: str


class ProposalMade(Shown):
    """The order that waits for the owner's word. Prices and risk in USDT."""

    approval_id: UUID
    intent_hash: str
    direction: Direction
    quantity: Exact
    entry_price: Exact
    stop_loss: Exact
    take_profit: Exact
    risk_usdt: Exact
    expires_at: datetime


class AnalysisMade(Shown):
    """What became of an uploaded chart; nothing was sent to the exchange.

    `opinion` or `no_opinion`, or neither where the market was not worth a question.
    """

    symbol: str
    status: OpinionStatus
    picture_sha256: str = Field(description="Of the picture as the model was shown it.")
    opinion: Opinion | None
    no_opinion: NoOpinion | None
    chances: Chances | None
    decision: DecisionMade
    proposal: ProposalMade | None
