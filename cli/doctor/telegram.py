"""Check of the owner's phone: is somebody there who tells and asks."""

from datetime import datetime, timedelta

from cli.database import database_session, running_database
from cli.doctor.verdicts import Verdict, ok, warning
from cli.output import duration
from config.settings import Settings
from db.queries.runs import heartbeats
from db.repositories import notifications
from tasks.clock import wall_time
from tasks.resources import desk_of
from tasks.telegram.keeping_up import COMPONENT
from trading.errors import MisconfiguredError
from trading.proposals import ApprovalPolicy

LONGEST_SILENCE = timedelta(seconds=120)
"""The bot beats every few seconds; one message may take as long as Telegram's time-out."""

_LOOKS_BACK = timedelta(days=1)

_REFUSED = (
    "`autotrader telegram --test` says why: the chat blocked the bot, or its number in "
    "AUTOTRADER_TELEGRAM_CHAT_IDS is not right (any more)"
)
_START = "run `autotrader telegram`; `autotrader up` does it too. Messages wait until then"
_MAKE = (
    "put a bot's token into AUTOTRADER_TELEGRAM_TOKEN, or answer with `autotrader approve`; "
    "unanswered orders are skipped"
)


def check_telegram(settings: Settings) -> list[Verdict]:
    """Whether the bot's heart beats and its messages leave, where the owner has a bot.

    Without a bot it is said whether anything waits for the owner. Nobody is called for the look.
    """
    if not settings.telegram_token.get_secret_value():
        return [_without_bot(settings.approval)]
    if not settings.database_url.get_secret_value() and running_database(settings) is None:
        return []
    try:
        with database_session(settings) as session:
            key = desk_of(settings).account
            beats = heartbeats(session, key)
            waiting = notifications.count_waiting(session, key)
            refused = notifications.count_given_up(session, key, since=wall_time() - _LOOKS_BACK)
    except MisconfiguredError:
        return []  # the check of the database says what is wrong with it
    recorded = {beat.component: beat.recorded_at for beat in beats}
    seen = [_judge(recorded.get(COMPONENT), waiting, wall_time())]
    if refused:
        seen.append(warning("telegram", f"Telegram refused {refused} messages in 24 h", _REFUSED))
    return seen


def _without_bot(policy: ApprovalPolicy) -> Verdict:
    if policy is ApprovalPolicy.NEVER:
        return ok("telegram", "no bot is set, and no order waits for a word")
    return warning("telegram", f"AUTOTRADER_APPROVAL is {policy} and no bot asks for it", _MAKE)


def _judge(recorded_at: datetime | None, waiting: int, now: datetime) -> Verdict:
    if recorded_at is None:
        return warning("telegram", f"the bot never ran; {waiting} messages wait", _START)
    # Two clocks, the database's and ours, may differ by a moment.
    age = max(now - recorded_at, timedelta(0))
    seen = f"the bot was at work {duration(age)} ago, {waiting} messages wait"
    return ok("telegram", seen) if age <= LONGEST_SILENCE else warning("telegram", seen, _START)
