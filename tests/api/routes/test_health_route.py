"""Whoever watches the process needs no token."""

from dataclasses import replace

from api.desk import ApiDesk
from db import migrate
from db.engine import open_engine
from db.unit_of_work import session_factory
from tests.api.programs import Program, named, program_of
from trading.api_access import Scope


def test_it_lives_and_is_ready(reader: Program) -> None:
    nobody = reader.without_token()
    assert nobody.get("/health").json() == {"status": "alive"}
    assert nobody.get("/ready").json() == {"status": "ready"}


def test_a_database_of_another_schema_is_not_ready(
    offline: ApiDesk, own_database_url: str
) -> None:
    with open_engine(own_database_url) as engine:
        sessions = session_factory(engine)
        desk = replace(offline, door=replace(offline.door, sessions=sessions))
        program = program_of(desk, Scope.READ).without_token()
        assert program.get("/ready").status_code == 200

        migrate.downgrade(own_database_url, "-1")

        answer = program.get("/ready")
    assert named(answer) == (503, "unavailable")
    assert "upgrade" not in answer.text  # what to do is told to the owner of the machine
