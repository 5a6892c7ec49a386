"""Who the owner is to the desk: what waits for a word, what is watched, and which chats hear."""

from dataclasses import dataclass

from config.desk import Analyst
from config.settings import Settings
from db.keys import AccountKey
from tasks.notifications import Recipient
from trading.model_alarms import ModelWatch
from trading.proposals import ApprovalRules


@dataclass(frozen=True, slots=True)
class Asking:
    """How the owner is asked, and who that is. Without chats nobody is told anything.

    `watch` is the model that is looked after for him, None where none is asked.
    """

    rules: ApprovalRules
    recipient: Recipient
    watch: ModelWatch | None = None


def asking_of(settings: Settings) -> Asking:
    """How and where the owner is asked, by the settings."""
    recipient = Recipient(
        AccountKey(settings.environment, settings.account),
        settings.telegram_chat_ids,
        settings.notice_preferences(),
    )
    return Asking(settings.approval_rules(), recipient, _watch(settings))


def _watch(settings: Settings) -> ModelWatch | None:
    if settings.analyst is Analyst.TECHNICAL:
        return None
    sends_picture = settings.arm().sends_picture
    return ModelWatch(settings.model_name, sends_picture, settings.budget_limits())
