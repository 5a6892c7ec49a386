"""An uploaded chart, from the picture to a stored decision; an order only by the owner's word."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.settings import Settings
from db.keys import SlotKey
from db.queries.decisions import DecisionLine, decisions_of_run
from db.repositories import approvals, slots
from db.repositories.slots import Claim
from db.unit_of_work import read_session, unit_of_work
from tasks.analysis import Judgement
from tasks.by_hand import look, opinion
from tasks.clock import wall_time
from tasks.entries import decide
from tasks.preparation import Agenda
from tasks.resources import Resources, opened_model_desk
from tasks.slots import slot_kept
from tasks.study import Study
from tasks.sync import synchronise
from tasks.uploaded_charts import as_chart
from trading.arms import Arm, ImageArm
from trading.candles import Interval
from trading.chart import UploadedChart
from trading.checks import require
from trading.proposals import OrderSource, Proposal
from trading.reasons import Reason, Refused

FLOW = "analyse"
"""The flow of its runs; their slot is the moment they were asked for."""

_SHOWN_TO_NOBODY = Arm(ImageArm.NONE)
_NOT_ASKED = Refused(Reason.APPROVAL_NOT_ASKED, "an opinion was wanted and no order")
_DIED = "the process that asked died"
_NEXT = timedelta(microseconds=1)  # as near as the database keeps two moments apart


@dataclass(frozen=True, slots=True)
class Upload:
    """A person's picture of a symbol in candles of `interval`.

    `proposes` is whether the owner is to be asked about the order that it leads to.
    """

    symbol: str
    interval: Interval
    chart: UploadedChart
    proposes: bool = False

    def __post_init__(self) -> None:
        require(self.symbol.isalnum(), f"{self.symbol!r} is no symbol; give one such as BTCUSDT")


@dataclass(frozen=True, slots=True)
class Analysed:
    """What became of an upload: the study, its decision as it is stored, and the proposal.

    The study has no answer where the market was not worth a question. Without a proposal no
    order can come of it; the decision's reason says why.
    """

    study: Study
    decision: DecisionLine
    proposal: Proposal | None


def analyse_upload(settings: Settings, resources: Resources, upload: Upload) -> Analysed:
    """Ask the model about the picture beside the market of now, judge, and store the decision.

    Nothing is sent, whatever the settings say: with `proposes` the order that passes every rule
    and limit waits for the owner's word. The account is then synchronised first, because the
    limits count the positions of the newest mirror.

    Raises:
        MisconfiguredError: the model cannot be used, or the prompt does not exist or cannot be
            filled.
        ExchangeError: the exchange does not answer; nothing was decided, ask again.
    """
    desk = replace(resources.desk, interval=upload.interval)
    there = replace(resources, desk=desk)
    claim = _claim_moment(there)
    with slot_kept(there, claim):
        if upload.proposes:
            synchronise(resources)
        # Before the question: what it costs is not to be lost to an exchange that fell silent.
        agenda = Agenda(there.gateway.wallet_balance(), {}, (), ())
        study = _study(settings, there, upload)
        _decide(there, claim, agenda, study, proposes=upload.proposes)
        _finish(there, claim, upload.chart)
    return _told(there, claim, study)


def _claim_moment(resources: Resources) -> Claim:
    """A run of its own, now: of two at one moment the second gets the next one."""
    now = resources.now()
    moment = now
    while (claim := _claimed(resources, moment, now)) is None:
        moment += _NEXT
    return claim


def _claimed(resources: Resources, moment: datetime, now: datetime) -> Claim | None:
    with unit_of_work(resources.sessions) as session:
        claim = slots.claim(
            session,
            SlotKey(resources.desk.account, FLOW, moment),
            owner=FLOW,
            now=now,
            lease=resources.desk.slots.lease,
            wall_time=wall_time(),
        )
        if claim is None or not claim.is_takeover:
            return claim
        # Another picture was asked about in it, perhaps decided.
        slots.fail(session, claim, now=now, detail=_DIED)
    return None


def _study(settings: Settings, resources: Resources, upload: Upload) -> Study:
    chart = as_chart(upload.chart)
    snapshot = look(resources, upload.symbol)
    if isinstance(snapshot, Refused):
        kept = replace(chart, arm=_SHOWN_TO_NOBODY)
        return Study(upload.symbol, Judgement(refused=snapshot), chart=kept)
    desk, sessions, now = resources.desk, resources.sessions, resources.now
    with opened_model_desk(settings, desk, sessions, now) as model:
        return opinion(desk, model, snapshot, chart)


def _decide(
    resources: Resources, claim: Claim, agenda: Agenda, study: Study, *, proposes: bool
) -> None:
    judged = study.judgement
    if judged.refused is None and not proposes:
        study = replace(study, judgement=replace(judged, refused=_NOT_ASKED))
    if study.snapshot is not None:
        agenda = replace(agenda, instruments={study.symbol: study.snapshot.instrument})
    decide(resources, claim, agenda, study, OrderSource.UPLOADED_CHART)


def _finish(resources: Resources, claim: Claim, chart: UploadedChart) -> None:
    with unit_of_work(resources.sessions) as session:
        detail = f"uploaded file {chart.original_sha256}"
        slots.finish(session, claim, now=resources.now(), detail=detail)


def _told(resources: Resources, claim: Claim, study: Study) -> Analysed:
    """What was stored, read again: so nothing is told that is not there."""
    with read_session(resources.sessions) as session:
        (decision,) = decisions_of_run(session, claim.run_id)
        newest = approvals.recent(session, resources.desk.account)
    proposals = (kept.proposal for kept in newest if kept.proposal.decision_id == decision.id)
    return Analysed(study, decision, next(proposals, None))
