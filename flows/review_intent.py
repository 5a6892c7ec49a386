"""By hand in Prefect: the owner's word about one order that waits for it."""

from uuid import UUID

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from tasks.reviewing import Choice, ReviewReport, open_review, publish_review, review_proposal


@flow(
    name="review-intent",
    flow_run_name="{choice} {approval_id}",
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def review_intent(approval_id: UUID, choice: Choice, by: str) -> ReviewReport:
    """Approve or reject a proposal, as `by`, and send what that lets through.

    `autotrader approvals` lists the proposals. Answering twice does nothing the second time. A
    rejection needs no exchange; on an approval that one cannot follow the next sync does.
    """
    with open_review(current_settings()) as door:
        report = review_proposal(door, approval_id, choice, by)
    publish_review(report)
    return report
