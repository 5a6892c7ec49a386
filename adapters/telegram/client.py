"""Send one message and say what became of it; what Telegram answers is never an exception."""

import asyncio
from datetime import timedelta
from types import TracebackType
from typing import Self

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from adapters.telegram.formatting import LONGEST_CAPTION, LONGEST_TEXT, fitted
from adapters.telegram.keyboards import question_keyboard
from adapters.telegram.library import TelegramAccess, prepare_library
from adapters.telegram.markup import markup_of
from trading.letters import Delayed, Delivered, Letter, SendOutcome, Undeliverable

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""What a model or a market feed named as an address is shown and never fetched."""
_TOO_LARGE = "too large"
"""In the answer 413, which a file of more than ten megabytes gets."""


class TelegramSender:
    """A connection to the Bot API for one thread. Close it, or use it as a context."""

    def __init__(self, access: TelegramAccess) -> None:
        prepare_library()
        self._access = access
        self._request = access.open_request(connections=1)
        self._bot = Bot(
            access.token.get_secret_value(), base_url=access.base_url, request=self._request
        )
        # The library is asynchronous and the desk is not: one loop of this sender's own.
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, letter: Letter) -> SendOutcome:
        """Whether it arrived, may arrive later, or never will.

        A refused token or an unreachable server is a delay: the owner can mend both.
        """
        try:
            message = self._runner.run(self._send(letter))
        except TelegramError as error:
            return self._outcome(error)
        return Delivered(message.message_id)

    def close(self) -> None:
        """Give the connection back."""
        self._runner.run(self._request.shutdown())
        self._runner.close()

    async def _send(self, letter: Letter) -> Message:
        if letter.picture is None:
            return await self._send_text(letter)
        try:
            return await self._send_picture(letter, letter.picture)
        except NetworkError as error:
            # Nobody is left without a question because of its picture.
            if isinstance(error, BadRequest) or _TOO_LARGE in str(error).lower():
                return await self._send_text(letter)
            raise

    async def _send_picture(self, letter: Letter, picture: bytes) -> Message:
        return await self._bot.send_photo(
            letter.chat_id,
            picture,
            caption=fitted(letter.text, LONGEST_CAPTION),
            parse_mode=ParseMode.HTML,
            disable_notification=letter.is_silent,
            reply_markup=_buttons(letter),
        )

    async def _send_text(self, letter: Letter) -> Message:
        return await self._bot.send_message(
            letter.chat_id,
            fitted(letter.text, LONGEST_TEXT),
            parse_mode=ParseMode.HTML,
            disable_notification=letter.is_silent,
            reply_markup=_buttons(letter),
            link_preview_options=NO_PREVIEW,
        )

    def _outcome(self, error: TelegramError) -> SendOutcome:
        detail = self._access.masked(str(error))
        match error:
            case RetryAfter():
                return Delayed(detail, as_length(error.retry_after))
            # Before NetworkError, whose subclass a bad request is.
            case BadRequest() | Forbidden() | ChatMigrated():
                return Undeliverable(detail)
            case _:
                return Delayed(detail)


def _buttons(letter: Letter) -> InlineKeyboardMarkup | None:
    return markup_of(question_keyboard(letter.question) if letter.question else ())


def as_length(wait: int | timedelta) -> timedelta:
    """The library's waits, whichever of its two types they come in."""
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
