"""`telegram`: the bot on the owner's phone, and the delivery of everything it is to tell."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from adapters.pnl_image import draw_pnl
from adapters.telegram.bot import Bot
from adapters.telegram.client import TelegramSender
from adapters.telegram.library import TelegramAccess
from adapters.telegram.talk import Heard, Talk
from cli.database import desk_in_force
from cli.door import open_door
from cli.options import AsJson
from cli.output import print_json, print_table, say, warn
from cli.stack.interruption import ended_by_signals
from config.settings import Settings
from db.engine import UNREACHABLE
from tasks.clock import wall_time
from tasks.door import Door
from tasks.telegram.desk_answers import DeskAnswers
from tasks.telegram.keeping_up import keep_up
from trading.errors import ExchangeError, MisconfiguredError
from trading.letters import Delivered, Letter

ROLE = "telegram"
FAILED = 1
_BETWEEN_ROUNDS = timedelta(seconds=2)

Seconds = Annotated[
    float | None, typer.Option("--for", min=0, help="End after so many seconds; default: never.")
]
Test = Annotated[bool, typer.Option("--test", help="Send one message to every chat, and end.")]


@dataclass(frozen=True, slots=True)
class TelegramAnswer:
    """What a bot heard until it ended."""

    environment: str
    account: str
    heard: dict[Heard, int]


def telegram(*, for_seconds: Seconds = None, test: Test = False, as_json: AsJson = False) -> None:
    """Answer the owner's phone and deliver what the desk has to tell, until Ctrl-C.

    Needs AUTOTRADER_TELEGRAM_TOKEN and AUTOTRADER_TELEGRAM_CHAT_IDS. Only those chats are
    answered. While Telegram is down nothing is lost: messages wait in the database, in order.
    Run one at a time for a token: Telegram gives its updates to one listener only.

    Examples:
    - `autotrader telegram --test`
    - `autotrader telegram`
    """
    with desk_in_force() as settings:
        access = access_of(settings)
        if test:
            _send_test(settings, access, as_json=as_json)
            return
        with ended_by_signals():
            answer = _serve(settings, access, for_seconds)
    _show(answer, as_json=as_json)


def access_of(settings: Settings) -> TelegramAccess:
    """Which bot the settings name.

    Raises:
        MisconfiguredError: they name none.
    """
    if not settings.telegram_token.get_secret_value():
        message = (
            "AUTOTRADER_TELEGRAM_TOKEN is empty; make a bot with @BotFather and put its token "
            "there, and the number of your chat into AUTOTRADER_TELEGRAM_CHAT_IDS"
        )
        raise MisconfiguredError(message)
    return TelegramAccess(settings.telegram_token, settings.telegram_base_url)


def _serve(
    settings: Settings, access: TelegramAccess, for_seconds: float | None
) -> TelegramAnswer:
    with open_door(settings, role=ROLE) as door, TelegramSender(access) as sender:
        # How often a chat may ask counts in real time, also while a market is replayed.
        talk = Talk(DeskAnswers(door), frozenset(settings.telegram_chat_ids), wall_time)
        with _running(Bot(access, talk)) as bot, suppress(KeyboardInterrupt):
            _keep_on(door, sender, bot, for_seconds)
    return TelegramAnswer(settings.environment, settings.account, dict(talk.heard))


def _keep_on(
    door: Door, sender: TelegramSender, bot: Future[None], for_seconds: float | None
) -> None:
    ends_at = None if for_seconds is None else wall_time() + timedelta(seconds=for_seconds)
    while not bot.done() and (ends_at is None or wall_time() < ends_at):
        try:
            keep_up(door, sender.send, draw_pnl)
        except UNREACHABLE as error:
            warn(f"The database is away; trying again: {error}")
        except ExchangeError as error:
            # Whose clock is the desk's while a market is replayed.
            warn(f"The exchange is away; trying again: {error}")
        wait([bot], timeout=_BETWEEN_ROUNDS.total_seconds())


@contextmanager
def _running(bot: Bot) -> Iterator[Future[None]]:
    """The bot in a thread of its own; its failure is raised at the end of the block."""
    with ThreadPoolExecutor(1, thread_name_prefix="telegram-bot") as threads:
        running = threads.submit(bot.run)
        try:
            yield running
        finally:
            bot.stop()
        running.result()


def _send_test(settings: Settings, access: TelegramAccess, *, as_json: bool) -> None:
    text = f"autotrader can reach you here ({settings.environment}/{settings.account})."
    with TelegramSender(access) as sender:
        ends = {chat: sender.send(Letter(chat, text)) for chat in settings.telegram_chat_ids}
    arrived = {chat: isinstance(end, Delivered) for chat, end in ends.items()}
    if as_json:
        print_json({"arrived": arrived})
    for chat, end in ends.items():
        if not as_json:
            say(f"chat {chat}: arrived" if isinstance(end, Delivered) else f"chat {chat}: {end}")
    if not all(arrived.values()):
        raise typer.Exit(FAILED)


def _show(answer: TelegramAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    rows = ((name.replace("_", " "), count) for name, count in answer.heard.items())
    print_table("Heard", ("what", "count"), rows)
