"""The bot's process: long polling in, answers out. What is answered is decided by `talk`."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from telegram import BotCommand, CallbackQuery, Chat, Message, Update, User
from telegram.constants import ParseMode
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter
from telegram.error import TelegramError as LibraryError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from adapters.telegram import desk
from adapters.telegram.client import NO_PREVIEW, as_length
from adapters.telegram.commands import COMMANDS
from adapters.telegram.library import ListeningBot, TelegramAccess, prepare_library
from adapters.telegram.markup import markup_of
from adapters.telegram.talk import Talk
from trading.errors import MisconfiguredError

log = structlog.get_logger()

_PAUSE_S = 3.0
"""Between attempts to reach Telegram at start."""
_LONGEST_WAIT_S = 30.0
"""That an answer waits when Telegram asks for it: the next question waits behind it."""
_REFUSED = "Telegram refuses AUTOTRADER_TELEGRAM_TOKEN; ask @BotFather for it again"
_POLL = timedelta(seconds=20)
_LISTENS_TO = (Update.MESSAGE, Update.CALLBACK_QUERY)
Context = ContextTypes.DEFAULT_TYPE


class Bot:
    """One bot. `run` blocks its thread until `stop` is called from any other."""

    def __init__(self, access: TelegramAccess, talk: Talk) -> None:
        prepare_library()
        self._access, self._talk = access, talk
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._requests = access.open_request(), access.open_request()
        self._bot = ListeningBot(access, self._requests)

    def run(self) -> None:
        """Answer until stopped, through every outage of Telegram.

        Raises:
            MisconfiguredError: Telegram refuses the token.
        """
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def stop(self) -> None:
        """End `run` soon; asking again, or after the end, does nothing."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self) -> None:
        app = self._application()
        talking = asyncio.create_task(self._talk_on(app))
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({talking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            talking.cancel()
            await asyncio.gather(stopping, talking, return_exceptions=True)
            await _close(app)
            for request in self._requests:  # the library closes them only if it ever got through
                await request.shutdown()
        if talking.done() and not talking.cancelled():
            talking.result()

    async def _talk_on(self, app: Application) -> None:  # type: ignore[type-arg]
        await self._reach_telegram(app)
        assert app.updater is not None
        await app.updater.start_polling(
            timeout=_POLL,
            bootstrap_retries=-1,
            allowed_updates=_LISTENS_TO,
            error_callback=self._polling_failed,
        )
        await app.start()
        log.info("bot listens", name=app.bot.username)
        await self._bot.refused.wait()
        raise MisconfiguredError(_REFUSED)

    async def _reach_telegram(self, app: Application) -> None:  # type: ignore[type-arg]
        while True:
            try:
                await app.initialize()
                await app.bot.set_my_commands([BotCommand(*item) for item in COMMANDS.items()])
            except InvalidToken:
                raise MisconfiguredError(_REFUSED) from None
            except RetryAfter as error:
                await asyncio.sleep(as_length(error.retry_after).total_seconds())
            except NetworkError as error:
                log.warning("telegram unreachable", error=self._access.masked(str(error)))
                await asyncio.sleep(_PAUSE_S)
            else:
                return

    def _application(self) -> Application:  # type: ignore[type-arg]
        app = ApplicationBuilder().bot(self._bot).job_queue(None).build()
        # One update after the other: two presses of one owner must not race each other.
        app.add_handler(MessageHandler(filters.TEXT, self._on_text))
        app.add_handler(CallbackQueryHandler(self._on_press))
        app.add_error_handler(self._on_error)
        return app

    async def _on_text(self, update: Update, _context: Context) -> None:
        chat, message = update.effective_chat, update.effective_message
        # An edited text was answered when it was sent.
        if chat is None or message is None or not message.text or update.edited_message:
            return
        if _is_for_another(message.text, self._bot.username):
            return
        replies = await asyncio.to_thread(self._talk.write, chat.id, message.text)
        await _show(chat, replies)

    async def _on_press(self, update: Update, _context: Context) -> None:
        query, chat = update.callback_query, update.effective_chat
        if query is None or chat is None:
            # A button that somebody forwarded into a chat the bot is not in.
            log.warning("press without a chat", by=None if query is None else query.from_user.id)
            return
        data, by = query.data or "", _name(query.from_user)
        pressed = await asyncio.to_thread(self._talk.press, chat.id, data, by=by)
        if pressed is None:
            return
        await _acknowledge(query, pressed, self._access)
        await _show(chat, pressed.messages)

    async def _on_error(self, update: object, context: Context) -> None:
        error = context.error
        name = type(error).__name__
        log.error("update not answered", error=self._access.masked(f"{name}: {error}"))
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or isinstance(error, LibraryError) or not self._talk.knows(chat.id):
            return
        with suppress(LibraryError):
            await chat.send_message(f"Not answered: {name}. What it was stands in the bot's log.")

    def _polling_failed(self, error: LibraryError) -> None:
        why = "another process polls with this token" if isinstance(error, Conflict) else ""
        log.warning("polling failed", error=self._access.masked(str(error)), why=why)


async def _show(chat: Chat, messages: Sequence[desk.Message]) -> None:
    for message in messages:
        try:
            await _send(chat, message)
        except RetryAfter as error:
            wait_s = as_length(error.retry_after).total_seconds()
            if wait_s > _LONGEST_WAIT_S:
                raise
            await asyncio.sleep(wait_s)
            await _send(chat, message)


async def _send(chat: Chat, message: desk.Message) -> Message:
    if message.picture is not None:
        await chat.send_photo(message.picture)
    return await chat.send_message(
        message.html,
        parse_mode=ParseMode.HTML,
        reply_markup=markup_of(message.keyboard),
        link_preview_options=NO_PREVIEW,
    )


async def _acknowledge(
    query: CallbackQuery, pressed: desk.Pressed, access: TelegramAccess
) -> None:
    try:
        await query.answer(pressed.toast or None)
        if pressed.removes_buttons:
            await query.edit_message_reply_markup(None)
    except LibraryError as error:
        # Too old, its buttons gone, the line down: what was done is done, and its page follows.
        log.info("press not acknowledged", error=access.masked(str(error)))


async def _close(app: Application) -> None:  # type: ignore[type-arg]
    if app.updater is not None and app.updater.running:
        with suppress(InvalidToken):  # what ended the listening is raised once more here
            await app.updater.stop()
    if app.running:
        await app.stop()
    await app.shutdown()


def _is_for_another(text: str, username: str) -> bool:
    """Whether a command names another bot of the group: `/halt@other_bot`."""
    command, _, wanted = text.split(maxsplit=1)[0].partition("@")
    return command.startswith("/") and wanted.lower() not in {"", username.lower()}


def _name(user: User) -> str:
    return f"{user.username or user.first_name} ({user.id})"[:80]
