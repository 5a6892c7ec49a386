"""A database that is out of reach, or whose schema is not this program's."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from tests.bad_input.commands import Command

USERS = (("cycle",), ("sync",), ("positions",), ("up",))
"""Commands that need a database; `up` before it starts anything."""

NOBODY = "postgresql://owner:hunter2@127.0.0.1:9/desk"
ELSEWHERE = {
    "exchange_base_url": "http://127.0.0.1:9",
    "prefect_api_url": "http://127.0.0.1:9/api",
}
"""No exchange and no Prefect, also where the developer's own desk runs."""


@pytest.mark.parametrize("words", [*USERS, ("db", "upgrade")])
def test_an_unreachable_database_is_named_and_its_password_is_not(
    command: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    told = command(*words, database_url=NOBODY, data_folder=tmp_path / "data", **ELSEWHERE)

    assert told.code == 2
    assert told.err.startswith(
        "autotrader: the database of AUTOTRADER_DATABASE_URL "
        "(postgresql+psycopg://owner:***@127.0.0.1:9/desk) cannot be used: "
    )
    assert "Connection refused" in told.err
    assert told.err.endswith("; start PostgreSQL or correct the setting\n")
    assert "hunter2" not in told.err


@pytest.mark.parametrize("words", USERS)
def test_a_database_without_schema_is_left_alone_and_the_way_out_is_told(
    command: Command, tmp_path: Path, empty_database_url: str, words: tuple[str, ...]
) -> None:
    told = command(*words, database_url=empty_database_url, data_folder=tmp_path, **ELSEWHERE)

    assert told.code == 2
    assert "is at revision none (empty), this program needs 2" in told.err
    assert told.err.endswith("; run `autotrader db upgrade`\n")
    assert tables(empty_database_url) == []


def test_the_way_out_works(command: Command, empty_database_url: str) -> None:
    upgraded = command("db", "upgrade", "--json", database_url=empty_database_url)
    read = command("positions", "--json", database_url=empty_database_url)

    assert (upgraded.code, upgraded.answer["is_current"]) == (0, True)
    assert (read.code, read.answer["positions"]) == (0, [])


def test_doctor_tells_both_and_looks_at_the_rest_all_the_same(
    command: Command, empty_database_url: str
) -> None:
    away = command("doctor", "--json", database_url=NOBODY, **ELSEWHERE)
    bare = command("doctor", "--json", database_url=empty_database_url, **ELSEWHERE)

    assert (away.code, bare.code) == (1, 1)
    assert fix_of(away.answer, "database") == "start PostgreSQL or correct AUTOTRADER_DATABASE_URL"
    assert fix_of(bare.answer, "migrations") == "run `autotrader db upgrade`"
    assert {"exchange", "prefect"} <= {check["check"] for check in away.answer["checks"]}


def fix_of(answer: dict[str, Any], name: str) -> str:
    (failed,) = [check for check in answer["checks"] if check["check"] == name]
    assert failed["level"] == "fail"
    return str(failed["fix"])


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()
