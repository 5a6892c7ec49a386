"""The bot runs beside the desk where the owner has one, and nowhere else."""

from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from cli.stack.children import ChildError
from cli.up.desk import _start_telegram
from cli.up.prefixed import PrefixedLog
from cli.up.watching import require_running, wait_until_done
from config.settings import Settings


def test_a_desk_without_a_token_has_no_bot() -> None:
    log = PrefixedLog(Console(file=StringIO()), ())
    with ExitStack() as stack:
        assert _start_telegram(stack, Settings(), log) == []


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
        (bot,) = _start_telegram(stack, settings, log)
        with pytest.raises(ChildError, match="telegram ended with exit code"):
            wait_until_done(bot, timedelta(seconds=60))
        with pytest.raises(ChildError, match="telegram ended"):
            require_running(bot)
    assert "telegram    │" in shown.getvalue()
