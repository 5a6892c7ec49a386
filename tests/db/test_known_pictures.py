"""Decisions from before the table of pictures: the one they had is the one they name."""

from typing import Any

from sqlalchemy import text

from db import migrate
from db.engine import create_engine
from db.repositories import charts, decisions
from db.unit_of_work import session_factory as make_factory
from db.unit_of_work import unit_of_work

BEFORE = "2026_11_21_6"


def test_down_and_up_again_every_decision_names_the_picture_it_is_known_by(
    own_database_url: str, make: Any
) -> None:
    engine = create_engine(own_database_url)
    factory = make_factory(engine)
    with unit_of_work(factory) as session:
        one, other = (
            charts.save(session, picture, width=1536, height=768) for picture in (b"1", b"2")
        )
        run = make.run(session)
        ids = {
            name: decisions.record(session, make.decision(run, symbol=name, **fields))
            for name, fields in {
                "ONE": {"chart_sha256": one, "shown": (one,)},
                "BOTH": {"arm": "main/ltf+htf", "chart_sha256": one, "shown": (one, other)},
                "NONE": {"arm": "main/none", "chart_sha256": other},
                "UNSEEN": {"saving": "lost on the way down"},
            }.items()
        }

    migrate.downgrade(own_database_url, BEFORE)
    migrate.upgrade(own_database_url)

    with unit_of_work(factory) as session:
        named = {name: decisions.pictures_of(session, one_id) for name, one_id in ids.items()}
        savings = session.scalars(text("SELECT DISTINCT saving FROM decisions")).all()
    assert named == {"ONE": (one,), "BOTH": (one,), "NONE": (), "UNSEEN": ()}
    assert savings == [""]
    engine.dispose()
