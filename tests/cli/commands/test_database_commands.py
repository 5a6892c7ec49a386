import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from db import migrate


def test_an_empty_database_is_upgraded_and_downgraded(
    autotrader: Callable,
    use_settings: Callable[[Mapping[str, Any]], None],
    empty_database_url: str,
) -> None:
    use_settings({"DATABASE_URL": empty_database_url})
    newest = migrate.head()
    assert json.loads(autotrader("db", "current", "--json").out) == {
        "revision": None,
        "newest": newest,
        "is_current": False,
    }
    assert f"at no revision (empty); the newest is {newest}" in autotrader("db", "current").out
    refused = autotrader("positions")
    assert refused.code == 2
    assert "run `autotrader db upgrade`" in refused.err
    assert f"The database is at {newest}; the newest." in autotrader("db", "upgrade").out
    assert autotrader("db", "downgrade", "base").code == 1
    assert json.loads(autotrader("db", "current", "--json").out)["is_current"]
    assert autotrader("db", "downgrade", "base", "--yes").code == 0
    assert migrate.current(empty_database_url) is None


@pytest.mark.slow
def test_the_embedded_database_is_made_used_and_left_alone(
    autotrader: Callable, use_settings: Callable[[Mapping[str, Any]], None], short_folder: str
) -> None:
    use_settings({"DATA_FOLDER": short_folder})
    assert json.loads(autotrader("db", "current", "--json").out)["revision"] is None
    assert json.loads(autotrader("db", "upgrade", "--json").out)["is_current"]
    assert "never synchronised" in autotrader("positions").out


def test_a_database_that_does_not_answer_is_named_by_its_setting(
    autotrader: Callable, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    use_settings({"DATABASE_URL": "postgresql://me:hidden@127.0.0.1:9/desk"})
    ran = autotrader("db", "upgrade")
    assert ran.code == 2
    assert "AUTOTRADER_DATABASE_URL" in ran.err
    assert "hidden" not in ran.err
