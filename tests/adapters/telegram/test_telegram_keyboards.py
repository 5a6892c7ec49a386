"""A button carries at most 64 bytes, and only what we put on one means anything."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.keyboards import (
    AnswerButton,
    Button,
    CloseButton,
    ConfirmButton,
    LookButton,
    button_of,
    close_keyboard,
    data_of,
    question_keyboard,
)
from trading.errors import InvariantError
from trading.letters import Question
from trading.pages import Subject
from trading.proposal_answers import Choice

HEX = st.text("0123456789abcdef", min_size=24, max_size=24)
BUTTONS: st.SearchStrategy[Button] = st.one_of(
    st.builds(AnswerButton, st.sampled_from(Choice), st.uuids(), HEX),
    st.builds(ConfirmButton, st.booleans(), HEX),
    st.builds(CloseButton, st.from_regex(r"[A-Z0-9]{1,26}USDT", fullmatch=True)),
    st.builds(LookButton, st.sampled_from(Subject)),
)


@given(BUTTONS)
def test_every_button_fits_and_is_read_back(button: Button) -> None:
    assert len(data_of(button).encode()) <= 64
    assert button_of(data_of(button)) == button


@given(st.text(max_size=70))
def test_anything_else_on_a_button_means_nothing_or_a_button(data: str) -> None:
    button = button_of(data)
    assert button is None or data_of(button) == data


@pytest.mark.parametrize(
    "data",
    ["", "p:y:12:34", "d:y:", "s:shutdown", "c:btcusdt", "p:y:" + "0" * 32 + ":" + "0" * 25],
)
def test_what_we_never_wrote_is_refused(data: str) -> None:
    assert button_of(data) is None


def test_the_buttons_of_a_question_quote_the_order_they_are_about() -> None:
    ((yes, no),) = question_keyboard(Question(UUID(int=9), "ab" * 32))
    assert yes[1] == AnswerButton(Choice.APPROVE, UUID(int=9), "ab" * 12)
    assert no[1] == AnswerButton(Choice.REJECT, UUID(int=9), "ab" * 12)


def test_positions_to_close_stand_two_in_a_row() -> None:
    rows = close_keyboard(("AUSDT", "BUSDT", "CUSDT"))
    assert [[text for text, _ in row] for row in rows] == [
        ["Close AUSDT", "Close BUSDT"],
        ["Close CUSDT"],
    ]


def test_a_button_that_would_not_fit_is_not_made() -> None:
    with pytest.raises(InvariantError, match="64 allowed"):
        data_of(CloseButton("X" * 70))
