"""The desk as the phone reaches it: pages are read, deeds go through the same steps as by hand."""

from dataclasses import dataclass
from uuid import UUID

from db.queries import account
from db.repositories import approvals
from db.repositories.halts import Halt
from db.repositories.intents import Intent
from db.unit_of_work import read_session
from tasks import door as deeds
from tasks.approvals import Answered
from tasks.door import Door, Settled
from tasks.halting import Resumed, StillWindingDown
from tasks.manual import close_by_hand
from tasks.resources import Resources
from tasks.telegram.desk_pages import PAGES, with_alarms
from tasks.watching import standing_alarms
from trading.intent_states import IntentState
from trading.pages import Deed, DeedKind, Fact, Page, Subject, Unit
from trading.proposal_answers import Answer, Choice, Ruling, Via
from trading.proposals import Proposal
from trading.reasons import Refused


@dataclass(frozen=True, slots=True)
class DeskAnswers:
    """What the bot asks of the desk behind the door."""

    door: Door

    def page(self, subject: Subject) -> Page:
        """What there is to see, from the database alone."""
        key, now, watch = self.door.account, self.door.now(), self.door.asking.watch
        with read_session(self.door.sessions) as session:
            page = PAGES[subject](session, key, now)
            if subject is not Subject.HEALTH or watch is None:
                return page
            found = standing_alarms(session, key, watch, now=now)
        return with_alarms(page, watch.model, found)

    def open_symbols(self) -> tuple[str, ...]:
        """Symbols with an open position, as of the newest sync."""
        with read_session(self.door.sessions) as session:
            held = account.positions(session, self.door.account)
        return tuple(position.symbol for position in held)

    def waiting(self) -> tuple[Proposal, ...]:
        """Proposals that can still be answered, oldest first."""
        with read_session(self.door.sessions) as session:
            kept = approvals.waiting(session, self.door.account)
        return tuple(one.proposal for one in kept if one.proposal.expires_at > self.door.now())

    def answer(self, proposal_id: UUID, choice: Choice, *, intent_hash: str, by: str) -> Page:
        """What an answer from the phone did; an approved order is sent before this returns."""
        given = Answer(choice, by, Via.TELEGRAM, self.door.now(), intent_hash)
        settled = deeds.give_answer(self.door, proposal_id, given)
        if settled is None:
            return Page("Nothing was done", remark="There is no such order.")
        if settled.answered.judged.ruling is not Ruling.APPROVED:
            return _answered_page(settled.answered)
        return _sent_page(settled)

    def carry_out(self, deed: Deed, *, by: str) -> Page:
        """What became of a confirmed deed."""
        match deed.kind:
            case DeedKind.HALT:
                pulled = deeds.halt(self.door, reason=deed.reason, by=by, policy=deed.policy)
                return _halted_page(pulled)
            case DeedKind.RESUME:
                return _resumed_page(deeds.resume(self.door, reason=deed.reason, by=by))
            case DeedKind.CLOSE:
                with self.door.open_resources() as resources:
                    return _close(resources, deed.symbol)


def _answered_page(answered: Answered) -> Page:
    again = answered.successor
    remark = answered.judged.detail
    if isinstance(again, Proposal):
        remark += "; you are asked again at the price of now"
    elif isinstance(again, Refused):
        remark += f"; not asked again: {again.detail}"
    title = answered.judged.ruling.replace("_", " ").capitalize()
    return Page(f"{title}: {answered.proposal.order.symbol}", remark=remark)


def _sent_page(settled: Settled) -> Page:
    symbol = settled.answered.proposal.order.symbol
    if settled.is_left_to_sync:
        remark = "The exchange fell silent; the next sync sends it if it still can."
        return Page(f"Approved: {symbol}", remark=remark)
    match settled.carried_out:
        case Intent() as intent:
            return _intent_page(intent)
        case Refused(reason, detail):
            return Page(f"Approved, but refused: {symbol}", remark=f"{reason}: {detail}")
        case Proposal():
            remark = "The market moved on; you are asked again."
            return Page(f"Not sent: {symbol}", remark=remark)
        case None:
            return Page(f"Approved: {symbol}", remark="It is being carried out elsewhere.")


def _intent_page(intent: Intent) -> Page:
    order = intent.order
    title = "Filled" if intent.state is IntentState.FILLED else f"Order {intent.state}"
    facts = (
        Fact("Order", f"{order.side} {order.symbol}"),
        Fact("Quantity", order.quantity),
        Fact("Risk", intent.risk_usdt, Unit.USDT),
        Fact("Stop", order.stop_loss, Unit.PRICE),
        Fact("Target", order.take_profit, Unit.PRICE),
    )
    return Page(f"{title}: {order.symbol}", facts, remark=intent.error_message)


def _halted_page(halt: Halt) -> Page:
    remark = "" if halt.settled_at else "Not carried out in full yet; the next sync goes on."
    return Page("Halted", (Fact("Policy", str(halt.policy)), Fact("Why", halt.reason)), (), remark)


def _resumed_page(ended: Resumed | StillWindingDown) -> Page:
    if isinstance(ended, StillWindingDown):
        return Page("Not resumed", remark="A brake is still closing positions; sync first.")
    kinds = ", ".join(one.kind for one in ended.released)
    return Page("Resumed", remark=f"Released: {kinds}" if kinds else "Nothing was halted.")


def _close(resources: Resources, symbol: str) -> Page:
    held = {position.symbol: position for position in resources.gateway.positions()}
    if symbol not in held:
        open_now = ", ".join(sorted(held)) or "none"
        return Page("Nothing to close", remark=f"{symbol} is not open; open: {open_now}")
    return _intent_page(close_by_hand(resources, held[symbol]))
