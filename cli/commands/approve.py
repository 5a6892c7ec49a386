"""`approve`, `reject` and `approvals`: the owner's word about an order that waits for it."""

import getpass
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

import typer

from cli.database import database_session, desk_in_force
from cli.door import open_door
from cli.options import AsJson, Yes
from cli.output import print_json, print_table, say, warn
from config.settings import Settings
from db.keys import AccountKey
from db.repositories import approvals as kept_approvals
from db.repositories.approvals import Kept
from db.repositories.intents import Intent
from tasks.carrying_out import CarriedOut
from tasks.door import Settled, give_answer
from trading.intent_states import IntentState
from trading.proposal_answers import Answer, Choice, Ruling, Via
from trading.proposals import Proposal, describe
from trading.reasons import Refused

FAILED = 1
REFUSED = 3

Identity = Annotated[
    str,
    typer.Argument(metavar="ID", help="The proposal, or the end of its number if that is unique."),
]


def approve(identity: Identity, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Send an order that waits for your word, after all limits were asked once more.

    What expired, was answered already or has run away from its price is not sent: exit code 3.

    Examples:
    - `autotrader approvals`
    - `autotrader approve 4f2a91c07b3e --yes`
    """
    _answer(identity, Choice.APPROVE, asks=not yes, as_json=as_json)


def reject(identity: Identity, *, as_json: AsJson = False) -> None:
    """Say no to an order that waits for your word; its decision ends there.

    Examples:
    - `autotrader reject 4f2a91c07b3e`
    """
    _answer(identity, Choice.REJECT, asks=False, as_json=as_json)


def approvals(*, as_json: AsJson = False) -> None:
    """The newest orders that waited for your word, and what became of them.

    Examples:
    - `autotrader approvals`
    - `autotrader approvals --json`
    """
    with desk_in_force() as settings, database_session(settings) as session:
        found = kept_approvals.recent(session, _key(settings))
    if as_json:
        print_json({"approvals": [_facts(one) for one in found]})
        return
    columns = ("id", "proposed", "state", "order", "risk USDT", "expires")
    print_table("Approvals", columns, map(_row, found))


def _answer(identity: str, choice: Choice, *, asks: bool, as_json: bool) -> None:
    with desk_in_force() as settings:
        with database_session(settings) as session:
            seen = _found(kept_approvals.recent(session, _key(settings), limit=200), identity)
        if asks:
            say(describe(seen))
            typer.confirm("Send it?", abort=True, err=True)
        with open_door(settings, role=choice) as door:
            settled = give_answer(door, seen.id, _given(seen, choice, door.now()))
    assert settled is not None  # it was read a moment ago, and rows are never removed
    _tell(settled, choice, as_json=as_json)


def _given(seen: Proposal, choice: Choice, now: datetime) -> Answer:
    # The hash of what was shown: an order that was altered since is not answered by this.
    bound = seen.order.intent_hash
    return Answer(choice, getpass.getuser(), Via.COMMAND_LINE, now, bound)


def _found(recent: list[Kept], identity: str) -> Proposal:
    # The end of the number, because those of one minute begin alike.
    matching = [one.proposal for one in recent if str(one.proposal.id).endswith(identity.lower())]
    if len(matching) == 1:
        return matching[0]
    waiting = ", ".join(str(one.proposal.id) for one in recent if one.ended_at is None) or "none"
    message = f"{identity!r} names {len(matching)} proposals; waiting now: {waiting}"
    raise typer.BadParameter(message)


_AS_WANTED: Mapping[Choice, Ruling] = MappingProxyType(
    {Choice.APPROVE: Ruling.APPROVED, Choice.REJECT: Ruling.REJECTED}
)


def _tell(settled: Settled, choice: Choice, *, as_json: bool) -> None:
    judged, ended = settled.answered.judged, settled.carried_out
    if as_json:
        print_json(
            {
                "ruling": judged.ruling,
                "detail": judged.detail,
                "order": _order(ended),
                "is_left_to_sync": settled.is_left_to_sync,
            }
        )
    else:
        say(f"{judged.ruling}: {judged.detail}")
        if ended is not None:
            say(_sentence(ended))
    if settled.is_left_to_sync:
        warn("The exchange fell silent; the next sync sends the order if it still can.")
        raise typer.Exit(FAILED)
    # A yes that the market itself answered with no (unlisted, maintenance) is none.
    if judged.ruling is not _AS_WANTED[choice] or not isinstance(ended, Intent | None):
        raise typer.Exit(REFUSED)
    if isinstance(ended, Intent) and ended.state is not IntentState.FILLED:
        raise typer.Exit(FAILED)


def _sentence(ended: Intent | Refused | Proposal) -> str:
    match ended:
        case Intent():
            return f"{ended.state}: {ended.order.side} {ended.order.quantity} {ended.order.symbol}"
        case Refused(reason, detail):
            return f"Refused ({reason}): {detail}"
        case Proposal():
            return f"The market moved on; asked again as {ended.id}"


def _order(ended: CarriedOut) -> dict[str, object] | None:
    match ended:
        case Intent():
            return {"state": ended.state, "link_id": ended.order.link_id}
        case Refused(reason, detail):
            return {"state": "refused_by_limit", "reason": reason, "detail": detail}
        case Proposal():
            return {"state": "asked_again", "id": str(ended.id)}
        case None:
            return None


def _facts(kept: Kept) -> dict[str, object]:
    return {
        "id": str(kept.proposal.id),
        "state": kept.state,
        "order": kept.proposal.order,
        "round": kept.proposal.round,
        "proposed_at": kept.proposal.proposed_at,
        "expires_at": kept.proposal.expires_at,
        "ended_at": kept.ended_at,
        "carried_out_at": kept.carried_out_at,
    }


def _row(kept: Kept) -> tuple[object, ...]:
    order = kept.proposal.order
    what = f"{order.direction} {order.quantity} {order.symbol}"
    short = str(kept.proposal.id)[-12:]
    times = kept.proposal.proposed_at, kept.proposal.expires_at
    return short, times[0], kept.state, what, order.risk_usdt, times[1]


def _key(settings: Settings) -> AccountKey:
    return AccountKey(settings.environment, settings.account)
