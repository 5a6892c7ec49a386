"""Our keyboards as Telegram's."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.telegram.keyboards import Keyboard, data_of


def markup_of(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The buttons under a message, None for no buttons."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(text, callback_data=data_of(button)) for text, button in row]
            for row in keyboard
        ]
    )
