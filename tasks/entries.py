"""Decide: pass a study through the limits, and commit the decision with its order-to-be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from db.base import Json
from db.repositories import decisions, intents
from db.repositories.decisions import NewDecision
from db.repositories.intents import Intent
from db.repositories.slots import Claim
from db.unit_of_work import unit_of_work
from tasks.account import account_state
from tasks.asking import Asking
from tasks.charts import save_charts
from tasks.policies import SAFE_TO_RETRY
from tasks.preparation import Agenda
from tasks.proposing import propose
from tasks.reserving import reserve_entry
from tasks.resources import Desk, Resources
from tasks.sources import arm_of, reasons_of
from tasks.steps import step
from tasks.study import Study
from trading import risk
from trading.account import Wallet
from trading.analysis import Analysis
from trading.canonical import canonical
from trading.capacity import AccountState
from trading.confidence import Confidence
from trading.confidence_words import in_a_sentence
from trading.errors import InvariantError
from trading.instruments import Instrument
from trading.kelly import staked
from trading.link_ids import Leg, link_id
from trading.proposals import OrderSource, needs_approval
from trading.reasons import Outcome, Reason, Refused
from trading.risk import Approved
from trading.signals import Signal
from trading.sizing import Size

_OUTCOMES = {
    Reason.ANALYST_FLAT: Outcome.FLAT,
    Reason.ANALYST_ABSTAINED: Outcome.ABSTAINED,
    Reason.CYCLE_NO_FREE_SLOT: Outcome.SKIPPED,
    Reason.CYCLE_POSITION_OPEN: Outcome.SKIPPED,
    Reason.CYCLE_HALTED: Outcome.SKIPPED,
    Reason.CYCLE_INTERRUPTED: Outcome.FAILED,
    Reason.APPROVAL_NOT_ASKED: Outcome.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An order that may be sent: what was approved, and the row that was committed for it."""

    approved: Approved
    intent: Intent


@dataclass(frozen=True, slots=True)
class Decided:
    """A stored decision. With an entry its order is still to send.

    Without one it is concluded, or, without a reason too, it waits for somebody else: the owner,
    or the next sync.
    """

    decision_id: UUID
    symbol: str
    reason: Reason | None
    entry: Entry | None = None


def outcome_of(reason: Reason) -> Outcome:
    """How a decision ended that sent nothing for `reason`."""
    if reason.value.startswith("data."):
        return Outcome.SKIPPED
    return _OUTCOMES.get(reason, Outcome.REFUSED)


@step(name="decide", task_run_name="decide {study.symbol}", **SAFE_TO_RETRY)
def decide(
    resources: Resources,
    run: Claim,
    agenda: Agenda,
    study: Study,
    source: OrderSource = OrderSource.CYCLE,
) -> Decided:
    """The decision about one studied symbol, in the database before anything is sent.

    One transaction holds the account's capacity lock, reviews the signal against what is open
    and promised, and commits the decision together with the intent and its reserved capacity, or
    with the question to the owner where entries wait for his word: then nothing is reserved.
    """
    case = _Case(resources.desk, run, study, source, now=_moment(resources, study))
    with unit_of_work(resources.sessions) as session:
        if study.judgement.refused is not None:
            return _store_refused(session, case, study.judgement.refused)
        account = _account(session, case, agenda.wallet)
        verdict = _review(case, agenda.instruments, account)
        if isinstance(verdict, Refused):
            return _store_refused(session, case, verdict)
        if needs_approval(resources.asking.rules.policy, source):
            return _store_proposed(session, case, verdict, resources.asking)
        return _store_entry(session, case, verdict, account)


def _moment(resources: Resources, study: Study) -> datetime:
    """Now; but a clock that was set back does not put a decision before what it looked at."""
    now = resources.now()
    return now if study.snapshot is None else max(now, study.snapshot.taken_at)


@dataclass(frozen=True, slots=True)
class _Case:
    """One study on the way to its decision."""

    desk: Desk
    run: Claim
    study: Study
    source: OrderSource
    now: datetime

    @property
    def symbol(self) -> str:
        return self.study.symbol

    @property
    def link_id(self) -> str:
        """The same for every attempt at this slot, symbol and leg."""
        key = self.desk.account
        return link_id(
            environment=key.environment,
            account=key.account,
            decision=f"{self.run.key.flow} {self.run.key.slot.isoformat()} {self.symbol}",
            leg=Leg.ENTRY,
        )


def _account(session: Session, case: _Case, balance: Wallet) -> AccountState:
    """The account as this decision finds it: what an earlier attempt at it reserved is its own."""
    desk = case.desk
    account = account_state(
        session, desk.account, balance, desk.risk.limits, now=case.now, link_id=case.link_id
    )
    if intents.by_link_id(session, case.link_id) is None:
        return account
    others = (pending for pending in account.reservations if pending.symbol != case.symbol)
    return replace(account, reservations=tuple(others))


def _review(
    case: _Case, instruments: Mapping[str, Instrument], account: AccountState
) -> Approved | Refused:
    signal = case.study.judgement.signal
    if signal is None:
        message = f"{case.symbol} was judged without a signal and without a refusal"
        raise InvariantError(message)
    return risk.review(
        signal,
        account,
        instruments[case.symbol],
        staked(case.desk.risk, case.study.judgement.confidence, case.desk.confidence),
        link_id=case.link_id,
        now=case.now,
    )


def _store_refused(session: Session, case: _Case, refused: Refused) -> Decided:
    decision = _decision(session, case, refused=refused)
    return Decided(decisions.record(session, decision), case.symbol, refused.reason)


def _store_entry(
    session: Session, case: _Case, approved: Approved, account: AccountState
) -> Decided:
    decision_id = decisions.record(session, _decision(session, case, approved=approved))
    intent = reserve_entry(
        session, case.desk, approved, account, now=case.now, decision_id=decision_id
    )
    if isinstance(intent, Refused):
        _conclude(session, decision_id, intent, case.now)
        return Decided(decision_id, case.symbol, intent.reason)
    if intent.order == approved.order:
        return Decided(decision_id, case.symbol, None, Entry(approved, intent))
    # A dead run of this slot reserved it; the balance has changed since.
    reserved = Size(
        quantity=intent.order.quantity,
        risk_usdt=intent.risk_usdt,
        notional_usdt=intent.notional_usdt,
    )
    renewed = risk.renew(intent.order, reserved, approved)
    if isinstance(renewed, Refused):
        return Decided(decision_id, case.symbol, None)  # looked up by the next sync, never sent
    return Decided(decision_id, case.symbol, None, Entry(renewed, intent))


def _store_proposed(session: Session, case: _Case, approved: Approved, asking: Asking) -> Decided:
    decision_id = decisions.record(session, _decision(session, case, approved=approved))
    signal = case.study.judgement.signal
    if signal is not None and _may_ask(session, case, decision_id):
        propose(
            session,
            asking,
            approved,
            entry_price=signal.entry_price,
            now=case.now,
            decision_id=decision_id,
            reasons=_why(case),
        )
    return Decided(decision_id, case.symbol, None)


def _why(case: _Case) -> str:
    """What the owner is told: why the analyst would trade, and how often that came true."""
    reasons = reasons_of(case.source, case.study.answer)
    confidence = case.study.judgement.confidence
    chances = "" if confidence is None else in_a_sentence(confidence)
    return "; ".join(part for part in (reasons, chances) if part)


def _may_ask(session: Session, case: _Case, decision_id: UUID) -> bool:
    """Whether an earlier attempt at this decision has neither ended nor become an order."""
    if decision_id not in decisions.pending(session, case.desk.account):
        return False
    return intents.by_link_id(session, case.link_id) is None


def _conclude(session: Session, decision_id: UUID, refused: Refused, now: datetime) -> None:
    decisions.conclude(
        session,
        decision_id,
        outcome=outcome_of(refused.reason),
        reason=refused.reason,
        now=now,
        detail=refused.detail,
    )


def _decision(
    session: Session,
    case: _Case,
    *,
    refused: Refused | None = None,
    approved: Approved | None = None,
) -> NewDecision:
    study, judgement = case.study, case.study.judgement
    answer = study.answer if isinstance(study.answer, Analysis) else None
    confidence = judgement.confidence
    pictures = save_charts(session, study.chart)
    return NewDecision(
        account=case.desk.account,
        cycle_run_id=case.run.run_id,
        slot=case.run.key.slot,
        symbol=case.symbol,
        arm=study.plan.arm.label(arm_of(case.source)),
        decided_at=case.now,
        outcome=outcome_of(refused.reason) if refused else None,
        reason=refused.reason if refused else None,
        detail=refused.detail if refused else "",
        config_hash=case.desk.config_hash,
        code_version=case.desk.code_version,
        analyst=f"{answer.analyst} {answer.version}" if answer else "",
        action=answer.action if answer else None,
        confidence=confidence.probability if confidence else None,
        analyst_confidence=confidence.stated_probability if confidence else None,
        snapshot=cast("Json", study.snapshot.to_json()) if study.snapshot else None,
        snapshot_hash=study.snapshot.hash if study.snapshot else None,
        chart_sha256=next(iter(pictures), None),
        shown=pictures if study.chart and study.chart.arm.sends_picture else (),
        saving=study.plan.saving,
        analysis=_json(study.answer),
        verdict=_json(_Verdict(judgement.signal, confidence, approved)),
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the rules made of the answer, as it is stored."""

    signal: Signal | None
    confidence: Confidence | None
    approved: Approved | None


def _json(value: object | None) -> Json | None:
    return None if value is None else cast("Json", canonical(value))
