"""The bot's process: long polling in, answers out. What is answered is decided by `talk`."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from telegram import BotCommand, CallbackQuery, Chat, Message, Update, User
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter
from telegram.error import TelegramError as LibraryError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from adapters.telegram import desk
from adapters.telegram.client import as_length
from adapters.telegram.commands import COMMANDS
from adapters.telegram.library import TelegramAccess, prepare_library
from adapters.telegram.markup import markup_of
from adapters.telegram.talk import Talk
from trading.errors import MisconfiguredError

log = structlog.get_logger()

_PAUSE_S = 3.0
"""Between attempts to reach Telegram at start."""
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
        # One for everything else, one for the long poll, which keeps its connection busy.
        self._requests = access.open_request(), access.open_request()

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
        await self._stop.wait()

    async def _reach_telegram(self, app: Application) -> None:  # type: ignore[type-arg]
        while True:
            try:
                await app.initialize()
                await app.bot.set_my_commands([BotCommand(*item) for item in COMMANDS.items()])
            except InvalidToken:
                message = "Telegram refuses AUTOTRADER_TELEGRAM_TOKEN; ask @BotFather for it again"
                raise MisconfiguredError(message) from None
            except NetworkError as error:
                log.warning("telegram unreachable", error=self._access.masked(str(error)))
                await asyncio.sleep(_PAUSE_S)
            else:
                return

    def _application(self) -> Application:  # type: ignore[type-arg]
        app = (
            ApplicationBuilder()
            .bot(
                ExtBot(
                    self._access.token.get_secret_value(),
                    base_url=self._access.base_url,
                    request=self._requests[0],
                    get_updates_request=self._requests[1],
                )
            )
            .job_queue(None)
            .build()
        )
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
        replies = await asyncio.to_thread(self._talk.write, chat.id, message.text)
        await _show(chat, replies)

    async def _on_press(self, update: Update, _context: Context) -> None:
        query, chat = update.callback_query, update.effective_chat
        if query is None or chat is None:
            return
        data, by = query.data or "", _name(query.from_user)
        pressed = await asyncio.to_thread(self._talk.press, chat.id, data, by=by)
        if pressed is None:
            return
        await _acknowledge(query, pressed)
        await _show(chat, pressed.messages)

    async def _on_error(self, _update: object, context: Context) -> None:
        error = context.error
        text = self._access.masked(f"{type(error).__name__}: {error}")
        log.error("update not answered", error=text)

    def _polling_failed(self, error: LibraryError) -> None:
        why = "another process polls with this token" if isinstance(error, Conflict) else ""
        log.warning("polling failed", error=self._access.masked(str(error)), why=why)


async def _show(chat: Chat, messages: Sequence[desk.Message]) -> None:
    for message in messages:
        try:
            await _send(chat, message)
        except RetryAfter as error:
            await asyncio.sleep(as_length(error.retry_after).total_seconds())
            await _send(chat, message)


async def _send(chat: Chat, message: desk.Message) -> Message:
    markup = markup_of(message.keyboard)
    if message.picture is None:
        return await chat.send_message(
            message.html, parse_mode=ParseMode.HTML, reply_markup=markup
        )
    await chat.send_photo(message.picture)
    return await chat.send_message(message.html, parse_mode=ParseMode.HTML, reply_markup=markup)


async def _acknowledge(query: CallbackQuery, pressed: desk.Pressed) -> None:
    try:
        await query.answer(pressed.toast or None)
        if pressed.removes_buttons:
            await query.edit_message_reply_markup(None)
    except BadRequest as error:
        # The press is too old to be answered, or its buttons are gone: what was done is done.
        log.info("press not acknowledged", error=str(error))


async def _close(app: Application) -> None:  # type: ignore[type-arg]
    if app.updater is not None and app.updater.running:
        await app.updater.stop()
    if app.running:
        await app.stop()
    await app.shutdown()


def _name(user: User) -> str:
    return f"{user.username or user.first_name} ({user.id})"[:80]
