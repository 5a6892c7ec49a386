"""By hand in Prefect: the owner's word about one order that waits for it."""

from uuid import UUID

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from tasks.resources import open_resources
from tasks.reviewing import Choice, ReviewReport, publish_review, review_proposal


@flow(
    name="review-intent",
    flow_run_name="{choice} {approval_id}",
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def review_intent(approval_id: UUID, choice: Choice, by: str) -> ReviewReport:
    """Approve or reject a proposal, as `by`, and send what that lets through.

    `autotrader approvals` lists the proposals. Answering twice does nothing the second time.
    """
    with open_resources(current_settings(), role="review-intent") as resources:
        report = review_proposal(resources, approval_id, choice, by)
    publish_review(report)
    return report
