"""Orders that wait for the owner's word, and what his word did."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.values import Asked, Exact, Shown
from trading.intent_states import IntentState
from trading.positions import Direction
from trading.proposal_answers import SHORTEST_HASH, Ruling
from trading.proposal_states import ProposalState


class Approval(Shown):
    """One proposal; prices and risk in USDT. `intent_hash` is what an answer must quote."""

    id: UUID
    state: ProposalState
    symbol: str
    direction: Direction
    quantity: Exact
    entry_price: Exact
    stop_loss: Exact
    take_profit: Exact
    leverage: Exact
    risk_usdt: Exact
    reasons: str
    intent_hash: str
    link_id: str
    round: int
    replaces_id: UUID | None
    decision_id: UUID | None
    proposed_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    carried_out_at: datetime | None


class Approvals(Shown):
    """The newest proposals, newest first."""

    approvals: list[Approval]


class Word(Asked):
    """The owner's word about the very order that he was shown."""

    intent_hash: str = Field(
        pattern=rf"^[0-9a-f]{{{SHORTEST_HASH},64}}$",
        description=f"`intent_hash` of the proposal as it was shown, or at least its first "
        f"{SHORTEST_HASH} digits.",
    )


class SentOrder(Shown):
    """The order that followed. Filled, or what became of it otherwise."""

    link_id: str
    state: IntentState
    error: str


class WordTaken(Shown):
    """What the owner's word did.

    `order` is empty after a no, and after a yes that is carried out elsewhere: by another process
    at this moment, or by the next sync because the exchange fell silent (`is_left_to_sync`).
    """

    id: UUID
    ruling: Ruling
    detail: str
    order: SentOrder | None = None
    is_left_to_sync: bool = False
