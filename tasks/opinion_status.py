"""How an uploaded chart ended, in a word: the same for the command line and the API."""

from enum import StrEnum

from tasks.study import Study
from tasks.uploads import Analysed
from trading.analysis import Abstention
from trading.reasons import Reason


class OpinionStatus(StrEnum):
    """How an opinion ended. UNSEEN: the market was not worth a question."""

    UNSEEN = "unseen"
    ABSTAINED = "abstained"
    FLAT = "flat"
    SIGNAL = "signal"
    REFUSED = "refused"
    WAITS_FOR_APPROVAL = "waits_for_approval"


def study_status(study: Study) -> OpinionStatus:
    """How a study ended before any limit was asked."""
    if study.answer is None:
        return OpinionStatus.UNSEEN
    if isinstance(study.answer, Abstention):
        return OpinionStatus.ABSTAINED
    if study.answer.action.direction is None:
        return OpinionStatus.FLAT
    return OpinionStatus.SIGNAL if study.judgement.refused is None else OpinionStatus.REFUSED


def upload_status(analysed: Analysed) -> OpinionStatus:
    """How an upload ended. A signal that nobody was to be asked about stays one."""
    if analysed.proposal is not None:
        return OpinionStatus.WAITS_FOR_APPROVAL
    status = study_status(analysed.study)
    was_asked = analysed.decision.reason is not Reason.APPROVAL_NOT_ASKED
    return OpinionStatus.REFUSED if status is OpinionStatus.SIGNAL and was_asked else status
