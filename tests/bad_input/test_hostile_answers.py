"""What a model may say and must not be traded on: every one of them gets its code."""

from collections import Counter

import pytest

from adapters.answers.reading import read_answer
from tests.adapters.answers.said import as_text, flat_answer, long_answer, reply, view
from tests.bad_input.hostile_answers import Hostile, corpus
from trading.analysis import Action
from trading.failures import Failure, FailureCode, Remedy
from trading.grounding import Grounded, ground

CORPUS = corpus()
VIEW = view()


def judged(hostile: Hostile) -> Failure | None:
    """The first failure or flag; None if the answer would be traded on."""
    answer = read_answer(hostile.reply, strict=hostile.strict)
    if isinstance(answer, Failure):
        return answer
    grounded = ground(answer, hostile.view or VIEW)
    if isinstance(grounded, Failure):
        return grounded
    return grounded.flags[0] if grounded.flags else None


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_answer_gets_its_code(hostile: Hostile) -> None:
    failure = judged(hostile)
    assert failure is not None, "it would have been traded on"
    assert failure.code is hostile.code, failure.detail
    assert 0 < len(failure.detail) <= 1000
    (failure.detail + "".join(failure.problems)).encode()


def test_the_corpus_is_large_and_has_no_name_twice() -> None:
    names = Counter(hostile.name for hostile in CORPUS)
    assert len(CORPUS) >= 200
    assert [name for name, count in names.items() if count > 1] == []


def test_the_corpus_has_every_code_of_the_closed_list() -> None:
    assert {hostile.code for hostile in CORPUS} == set(FailureCode)


def test_what_can_be_repaired_is_told_to_the_model() -> None:
    for hostile in CORPUS:
        failure = judged(hostile)
        if failure is not None and failure.remedy is Remedy.REPAIR:
            assert failure.problems, hostile.name
            assert len(failure.problems) <= 20, hostile.name


@pytest.mark.parametrize(
    ("document", "action"), [(long_answer(), Action.LONG), (flat_answer(), Action.FLAT)]
)
def test_the_answer_they_are_made_from_is_decided(document: object, action: Action) -> None:
    answer = read_answer(reply(as_text(document)), strict=True)
    assert not isinstance(answer, Failure)
    grounded = ground(answer, VIEW)
    assert isinstance(grounded, Grounded)
    assert (grounded.analysis.action, grounded.flags) == (action, ())
