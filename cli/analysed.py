"""How the end of an uploaded chart is shown: the opinion, its decision, and what happens next."""

import typer

from cli.opinions import FAILED, opinion_of, say_opinion, unseen_line
from cli.output import print_json, say
from tasks.opinion_status import OpinionStatus, upload_status
from tasks.uploads import Analysed
from trading.canonical import plain
from trading.proposals import Proposal

REFUSED = 3

_FAILURES = (OpinionStatus.UNSEEN, OpinionStatus.ABSTAINED)


def tell_analysed(analysed: Analysed, picture: str, *, proposes: bool, as_json: bool) -> None:
    """Show what became of an upload.

    Leaves with exit code 1 if there is no answer, and with 3 if a proposal was wanted and a rule
    or a limit refused the trade.
    """
    status = upload_status(analysed)
    if as_json:
        print_json(_facts(analysed, status, picture))
    else:
        _say(analysed, status, picture)
    if status in _FAILURES:
        raise typer.Exit(FAILED)
    if proposes and status is OpinionStatus.REFUSED:
        raise typer.Exit(REFUSED)


def _facts(analysed: Analysed, status: OpinionStatus, picture: str) -> dict[str, object]:
    decision = analysed.decision
    return {
        "symbol": decision.symbol,
        "status": status,
        "picture": picture,
        "opinion": opinion_of(analysed.study),
        "decision": {
            "id": str(decision.id),
            "arm": decision.arm,
            "outcome": decision.outcome,
            "reason": decision.reason,
            "detail": decision.detail,
        },
        "proposal": None if analysed.proposal is None else _proposal(analysed.proposal),
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    return {
        "approval_id": str(proposal.id),
        "expires_at": proposal.expires_at,
        "order": proposal.order,
        "next": _approve(proposal),
    }


def _say(analysed: Analysed, status: OpinionStatus, picture: str) -> None:
    study, decision = analysed.study, analysed.decision
    if study.answer is None:
        assert study.judgement.refused is not None  # or it would have been asked
        say(unseen_line(study.symbol, study.judgement.refused))
    else:
        say_opinion(study, status, picture)
    if status is OpinionStatus.REFUSED and study.judgement.refused is None:
        say(f"  refused ({decision.reason}): {decision.detail}")
    say(f"Kept as decision {decision.id}.")
    say(_next(analysed, status))


def _next(analysed: Analysed, status: OpinionStatus) -> str:
    if analysed.proposal is not None:
        return _question(analysed.proposal)
    if status is OpinionStatus.SIGNAL:
        return "Nothing was sent; with --propose you are asked about the order this leads to."
    return "Nothing was sent, and nothing waits for your word."


def _question(proposal: Proposal) -> str:
    order = proposal.order
    return (
        f"{order.direction} {plain(order.quantity)} {order.symbol} at about "
        f"{plain(order.entry_price)}, {order.risk_usdt:.2f} USDT at risk, waits for your word "
        f"until {proposal.expires_at:%H:%M:%S} UTC: `{_approve(proposal)}`"
    )


def _approve(proposal: Proposal) -> str:
    return f"autotrader approve {proposal.id}"
