"""Who pays for a model's examination: the account of the settings, where its ledger is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.openai.access import ModelAccess
from adapters.openai.findings import Finding, ok, warning
from adapters.openai.model import directly
from cli.database import running_database
from cli.output import warn
from config.pricing import load_prices
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.clock import wall_time
from tasks.model_analyst.probing import ProbeLedger
from trading.model_port import Around
from trading.pricing import Price

_ROLE = "llm doctor"


@contextmanager
def open_probe_ledger(
    settings: Settings, access: ModelAccess, price: Price | None
) -> Iterator[Around]:
    """What books each question to the model, within the budget; nothing where no database runs.

    Raises:
        MisconfiguredError: there is a database and it cannot be used: nothing is to be spent then.
    """
    url = settings.database_url.get_secret_value() or running_database(settings)
    if not url:
        warn("No database of the desk runs, so what this costs is not booked.")
        yield directly
        return
    with open_engine(url, EngineOptions(application_name=_ROLE)) as engine:
        require_current(engine)
        ledger = ProbeLedger(
            account=AccountKey(settings.environment, settings.account),
            host=access.server,
            model=access.model,
            price=price,
            limits=settings.budget_limits(),
            sessions=session_factory(engine),
            now=wall_time,
        )
        yield ledger.around


def listed_price(settings: Settings, model: str) -> Price | None:
    """The price of a model today, None if no list has one.

    Raises:
        MisconfiguredError: the owner's price file cannot be used.
    """
    own = settings.model_price_file
    return load_prices(Path(own) if own else None).price_of(model, wall_time().date())


def check_price(settings: Settings, model: str, price: Price | None) -> Finding:
    """Whether a desk with this budget may ask the model, and show it pictures."""
    if not settings.budget_limits().is_set:
        return ok("price", "there is no budget to keep")
    if price is None:
        return warning("price", f"no list has {model}, and there is a budget", _UNPRICED)
    if settings.arm().sends_picture and price.image is None and price.input > 0:
        seen = f"{price.version} has no rule for pictures, and there is a budget"
        return warning("price", seen, _UNCOUNTED)
    return ok("price", price.version)


_NOT_ASKED = "The desk will not ask it."
_UNPRICED = (
    f"{_NOT_ASKED} Write its price into a list of your own, 0 if it runs on your machine, and "
    "name that in AUTOTRADER_MODEL_PRICE_FILE."
)
_UNCOUNTED = f"{_NOT_ASKED} Add `image` to the model in the price file, or show it none."
