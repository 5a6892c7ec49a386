"""Who the owner is to the desk: which orders wait for a word, and which chats hear of it."""

from dataclasses import dataclass

from config.settings import Settings
from db.keys import AccountKey
from tasks.notifications import Recipient
from trading.proposals import ApprovalRules


@dataclass(frozen=True, slots=True)
class Asking:
    """How the owner is asked, and who that is. Without chats nobody is told anything."""

    rules: ApprovalRules
    recipient: Recipient


def asking_of(settings: Settings) -> Asking:
    """How and where the owner is asked, by the settings."""
    recipient = Recipient(
        AccountKey(settings.environment, settings.account),
        settings.telegram_chat_ids,
        settings.notice_preferences(),
    )
    return Asking(settings.approval_rules(), recipient)
