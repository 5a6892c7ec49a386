"""The bot runs beside the desk where the owner has one, and nowhere else."""

import os
import sys
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from cli.stack.children import Child, ChildError
from cli.up.desk import BOT_AGAIN, RunningDesk, _start_telegram
from cli.up.prefixed import PrefixedLog
from cli.up.watching import require_running, wait_until_done
from config.settings import Settings


def test_a_desk_without_a_token_has_no_bot() -> None:
    log = PrefixedLog(Console(file=StringIO()), ())
    with ExitStack() as stack:
        assert _start_telegram(stack, Settings(), log) is None


def test_a_bot_that_cannot_serve_ends_with_its_own_words(tmp_path: Path) -> None:
    shown = StringIO()
    settings = Settings(
        data_folder=tmp_path,
        database_url=SecretStr("postgresql://me@127.0.0.1:9/desk"),
        telegram_token=SecretStr("1:" + "a" * 35),
        telegram_chat_ids=(7,),
    )
    with ExitStack() as stack:
        log = PrefixedLog(Console(file=shown), ())
        bot = _start_telegram(stack, settings, log)
        assert bot is not None
        with pytest.raises(ChildError, match="telegram ended with exit code"):
            wait_until_done(bot, timedelta(seconds=60))
        with pytest.raises(ChildError, match="telegram ended"):
            require_running(bot)
    assert "telegram    │" in shown.getvalue()


def test_the_end_of_the_bot_is_told_and_ends_nothing_else(tmp_path: Path) -> None:
    told: list[str] = []
    flag = tmp_path / "told"

    def tell(line: str) -> None:
        told.append(line)
        flag.touch()

    settings = Settings(data_folder=tmp_path, database_url=SecretStr("postgresql://unused"))
    with ExitStack() as stack:
        bot = _started(stack, "telegram", "raise SystemExit(1)")
        # It goes on until the bot's end was told.
        worker = _started(stack, "worker", _UNTIL.format(flag=str(flag)))
        desk = RunningDesk(settings, (worker,), owns_database=False, bot=bot, tell=tell)

        with pytest.raises(ChildError, match="worker ended with exit code 3"):
            desk.watch()

    assert told == [f"the bot ended; the desk goes on and its messages wait. {BOT_AGAIN}"]


_UNTIL = """
import os, time
while not os.path.exists({flag!r}):
    time.sleep(0.05)
raise SystemExit(3)
"""


def _started(stack: ExitStack, name: str, code: str) -> Child:
    command = [sys.executable, "-c", code]
    child = Child.start(name, command, os.environ, log=lambda _line: None)
    stack.callback(child.stop)
    return child
