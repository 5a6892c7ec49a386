"""Migrations lead from nothing to exactly the models, back, and forth again, with rows."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from db import migrate
from db.engine import create_engine
from db.models import metadata
from db.unit_of_work import session_factory as make_factory
from db.unit_of_work import unit_of_work
from trading.errors import MisconfiguredError

CATALOGUE = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default,
               numeric_precision, numeric_scale
        FROM information_schema.columns WHERE table_schema = 'public'
        AND table_name <> 'alembic_version'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        AND conrelid::regclass::text <> 'alembic_version'""",
    "indexes": """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
}


def catalogue(engine: Engine, part: str) -> set[tuple[object, ...]]:
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text(CATALOGUE[part]))}


@pytest.mark.parametrize("part", CATALOGUE)
def test_migrations_and_models_describe_the_same_database(
    part: str, engine: Engine, empty_database_url: str
) -> None:
    from_models = create_engine(empty_database_url)
    metadata.create_all(from_models)
    assert catalogue(engine, part) == catalogue(from_models, part)
    from_models.dispose()


def test_alembic_finds_nothing_to_migrate(own_database_url: str) -> None:
    migrate.check(own_database_url)


def test_down_and_up_again_with_rows_in_every_table(
    own_database_url: str, fill_every_table: Callable[[Session], None]
) -> None:
    engine = create_engine(own_database_url)
    factory = make_factory(engine)
    with unit_of_work(factory) as session:
        fill_every_table(session)
        for table in metadata.sorted_tables:
            assert session.execute(select(table)).first(), f"{table.name} has no row"
    engine.dispose()

    assert migrate.downgrade(own_database_url, "base") is None
    empty = create_engine(own_database_url)
    assert inspect(empty).get_table_names() == ["alembic_version"]
    with empty.connect() as connection:
        functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        assert connection.scalars(text(functions)).all() == []
    empty.dispose()

    assert migrate.upgrade(own_database_url) == migrate.head()
    again = create_engine(own_database_url)
    with unit_of_work(make_factory(again)) as session:
        fill_every_table(session)
    again.dispose()


def test_each_single_step_goes_down_and_up_with_rows(
    own_database_url: str, fill_every_table: Callable[[Session], None]
) -> None:
    engine = create_engine(own_database_url)
    with unit_of_work(make_factory(engine)) as session:
        fill_every_table(session)
    migrate.downgrade(own_database_url, "-1")
    migrate.upgrade(own_database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM ledger")) == 1
    engine.dispose()


def test_an_upgrade_of_a_current_database_changes_nothing(own_database_url: str) -> None:
    assert migrate.upgrade(own_database_url) == migrate.head()
    assert migrate.is_current(own_database_url)


def test_two_upgrades_at_the_same_time_both_succeed(empty_database_url: str) -> None:
    reached: list[str | None] = []
    workers = [
        threading.Thread(target=lambda: reached.append(migrate.upgrade(empty_database_url)))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert reached == [migrate.head()] * 2


def test_a_written_migration_holds_what_the_database_lacks_in_plain_types(
    own_database_url: str, tmp_path: Path
) -> None:
    engine = create_engine(own_database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE funding_rates"))
    engine.dispose()
    migrate.write_revision(own_database_url, "Funding again", "2099_01_01_1", folder=tmp_path)
    (written,) = tmp_path.glob("*.py")
    assert written.name == "2099_01_01_1_funding_again.py"
    source = written.read_text()
    compile(source, written.name, "exec")
    assert "SET LOCAL lock_timeout = '5s'" in source
    assert "op.create_table('funding_rates'" in source
    assert "sa.Numeric(precision=38, scale=18)" in source
    assert "db.types" not in source


def test_an_empty_database_is_refused_with_the_command_to_run(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    assert migrate.current(empty_database_url) is None
    assert not migrate.is_current(empty_database_url)
    with pytest.raises(
        MisconfiguredError, match=r"revision none \(empty\).*run `autotrader db upgrade`"
    ):
        migrate.require_current(engine)
    engine.dispose()


def test_a_current_database_is_accepted(engine: Engine) -> None:
    migrate.require_current(engine)


def test_a_database_of_a_newer_program_is_refused(own_database_url: str) -> None:
    engine = create_engine(own_database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_1'"))
    with pytest.raises(MisconfiguredError, match=r"2099_01_01_1.*update this program"):
        migrate.require_current(engine)
    with pytest.raises(MisconfiguredError, match=r"2099_01_01_1.*update this program"):
        migrate.upgrade(own_database_url)
    engine.dispose()
