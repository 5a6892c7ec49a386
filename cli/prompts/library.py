"""The desk's stored prompts, opened for one command, and prompts that are still files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from cli.database import desk_database
from cli.settings import load_settings
from config.prompts import first_prompts
from db.engine import create_engine
from db.migrate import require_current
from db.repositories import prompts
from db.unit_of_work import session_factory, unit_of_work
from tasks.clock import wall_time
from trading.prompts import BadPromptError, PromptTexts, PromptVersion, parse_reference


@contextmanager
def prompt_library() -> Iterator[Session]:
    """One transaction on the desk's database, the shipped prompts in it.

    Raises:
        MisconfiguredError: a setting is wrong or the database is not there.
    """
    with desk_database(load_settings()) as url:
        engine = create_engine(url)
        try:
            require_current(engine)
            with unit_of_work(session_factory(engine)) as session:
                prompts.seed_first_prompts(session, first_prompts(), now=wall_time())
                yield session
        finally:
            engine.dispose()


def stored(session: Session, words: str) -> PromptVersion:
    """The version that `NAME` or `NAME@NUMBER` means; without a number, the active one.

    Raises:
        BadPromptError: it is no reference, or there is no such version.
    """
    reference = parse_reference(words)
    found = prompts.get(session, reference)
    if found is None:
        message = f"there is no prompt {reference}; see `autotrader prompts list`"
        raise BadPromptError(message)
    return found


def texts_of(system: Path, user: Path) -> PromptTexts:
    """The two templates in two files.

    Raises:
        BadPromptError: a file cannot be read as text; the message names it.
    """
    return PromptTexts(system=_read(system), user=_read(user))


def _read(path: Path) -> str:
    try:
        # A byte order mark and Windows line ends are an editor's, not the author's.
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as a template in UTF-8: {error}"
        raise BadPromptError(message) from error
