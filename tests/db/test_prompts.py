"""Versions of prompts are kept for ever; which one is asked is a fact with a date and a name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from db.queries.prompts import prompt_lines
from db.repositories import prompts
from db.unit_of_work import unit_of_work
from tests.db.conftest import Make
from trading.prompts import BadPromptError, NewPrompt, PromptReference, PromptTexts

HOUR = timedelta(hours=1)
FIRST, SECOND = PromptReference("reader", 1), PromptReference("reader", 2)


def edited(new: NewPrompt, words: str = "Judge calmly.") -> NewPrompt:
    return replace(new, texts=PromptTexts(words, new.texts.user), note="calmer", author="bert")


def test_a_stored_version_is_read_back_whole(session: Session, make: Make, now: datetime) -> None:
    stored = prompts.add_version(session, make.prompt(), now=now)

    assert stored == prompts.get(session, FIRST)
    assert (stored.texts, stored.author, stored.parent) == (make.prompt().texts, "anna", None)
    assert stored.fingerprint == make.prompt().texts.fingerprint
    assert prompts.active(session, "reader") is None


def test_an_edit_is_the_next_number_and_grows_out_of_the_newest(
    session: Session, make: Make, now: datetime
) -> None:
    first = prompts.add_version(session, make.prompt(), now=now)
    second = prompts.add_version(session, edited(make.prompt()), now=now + HOUR)

    assert (second.reference, second.parent, second.author) == (SECOND, FIRST, "bert")
    assert prompts.versions_of(session, "reader") == [first, second]


def test_a_version_may_grow_out_of_another_name(
    session: Session, make: Make, now: datetime
) -> None:
    prompts.add_version(session, make.prompt(), now=now)
    branch = replace(edited(make.prompt()), name="cautious", parent=FIRST)

    assert prompts.add_version(session, branch, now=now).parent == FIRST


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "these texts are reader@1 already"),
        (
            {"texts": PromptTexts("a", "b"), "parent": PromptReference("reader", 9)},
            "there is no prompt reader@9",
        ),
    ],
)
def test_a_version_that_is_no_edit_is_refused(
    session: Session, make: Make, now: datetime, change: dict[str, object], message: str
) -> None:
    prompts.add_version(session, make.prompt(), now=now)

    with pytest.raises(BadPromptError, match=message):
        prompts.add_version(session, make.prompt(**change), now=now)


def test_the_version_activated_last_is_asked(session: Session, make: Make, now: datetime) -> None:
    prompts.add_version(session, make.prompt(), now=now)
    prompts.add_version(session, edited(make.prompt()), now=now)

    prompts.activate(session, FIRST, by="anna", now=now)
    done = prompts.activate(session, SECOND, by="bert", now=now + HOUR)

    assert (done.since, done.activated_by) == (now + HOUR, "bert")
    assert prompts.activation(session, "reader") == done
    assert prompts.get(session, PromptReference("reader")) == done.version


def test_going_back_to_an_older_version_is_an_activation_too(
    session: Session, make: Make, now: datetime
) -> None:
    prompts.add_version(session, make.prompt(), now=now)
    prompts.add_version(session, edited(make.prompt()), now=now)
    for number, reference in enumerate((FIRST, SECOND, FIRST)):
        prompts.activate(session, reference, by="anna", now=now + number * HOUR)

    found = prompts.activation(session, "reader")

    assert found is not None
    assert (found.version.reference, found.since) == (FIRST, now + 2 * HOUR)


def test_a_clock_that_goes_back_does_not_undo_an_activation(
    session: Session, make: Make, now: datetime
) -> None:
    prompts.add_version(session, make.prompt(), now=now)
    prompts.add_version(session, edited(make.prompt()), now=now)
    prompts.activate(session, FIRST, by="anna", now=now)

    done = prompts.activate(session, SECOND, by="anna", now=now - HOUR)

    assert done.since > now
    assert prompts.activation(session, "reader") == done


def test_activating_what_is_active_changes_nothing(
    session: Session, make: Make, now: datetime
) -> None:
    prompts.add_version(session, make.prompt(), now=now)
    before = prompts.activate(session, FIRST, by="anna", now=now)

    assert prompts.activate(session, FIRST, by="bert", now=now + HOUR) == before


@pytest.mark.parametrize(
    ("reference", "by", "message"),
    [(SECOND, "anna", "there is no prompt reader@2"), (FIRST, " ", "nobody is named")],
)
def test_a_wrong_activation_is_refused(
    session: Session,
    make: Make,
    now: datetime,
    reference: PromptReference,
    by: str,
    message: str,
) -> None:
    prompts.add_version(session, make.prompt(), now=now)

    with pytest.raises(BadPromptError, match=message):
        prompts.activate(session, reference, by=by, now=now)


def test_shipped_prompts_are_stored_and_active_once(
    session: Session, make: Make, now: datetime
) -> None:
    (added,) = prompts.seed_first_prompts(session, [make.prompt()], now=now)

    assert prompts.seed_first_prompts(session, [make.prompt()], now=now + HOUR) == []
    found = prompts.activation(session, "reader")
    assert found is not None
    assert (found.version, found.since, found.activated_by) == (added, now, "anna")


def test_a_newer_shipped_text_waits_beside_the_version_in_force(
    session: Session, make: Make, now: datetime
) -> None:
    prompts.seed_first_prompts(session, [make.prompt()], now=now)

    (newer,) = prompts.seed_first_prompts(session, [edited(make.prompt())], now=now + HOUR)

    assert newer.reference == SECOND
    assert prompts.get(session, PromptReference("reader")) == prompts.get(session, FIRST)


def test_the_list_shows_the_newest_first_and_which_is_asked(
    session: Session, make: Make, now: datetime
) -> None:
    prompts.seed_first_prompts(session, [make.prompt()], now=now)
    prompts.add_version(session, edited(make.prompt()), now=now)
    prompts.seed_first_prompts(session, [make.prompt(name="another")], now=now)
    prompts.activate(session, SECOND, by="bert", now=now + HOUR)

    lines = prompt_lines(session)

    assert [(str(line.reference), str(line.parent), line.active_since) for line in lines] == [
        ("another@1", "None", now),
        ("reader@2", "reader@1", now + HOUR),
        ("reader@1", "None", None),
    ]
    assert [line.activated_by for line in lines] == ["anna", "bert", None]


@pytest.mark.parametrize("table", ["prompts", "active_prompts"])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET recorded_at = recorded_at"],
)
def test_a_stored_prompt_is_never_changed(
    table: str,
    statement: str,
    session: Session,
    fill_every_table: Callable[[Session], None],
) -> None:
    fill_every_table(session)
    with pytest.raises(IntegrityError, match="is refused: its rows are written once"):
        session.execute(text(statement.format(table)))


def test_edits_at_the_same_time_get_numbers_of_their_own(
    session_factory: sessionmaker[Session], make: Make, now: datetime
) -> None:
    def add(number: int) -> int:
        with unit_of_work(session_factory) as session:
            new = edited(make.prompt(), f"Judge {number} times.")
            return prompts.add_version(session, new, now=now).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(add, range(8)))

    assert sorted(numbers) == list(range(1, 9))
