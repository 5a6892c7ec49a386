"""Texts are counted in tokens closely enough to reserve money for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.text_tokens import text_tokens


# By the rules of the published tokenisers for words, digits and marks; no vocabulary was asked.
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("Hello, world!", 4),
        ("The quick brown fox jumps over the lazy dog.", 10),
        ("65123.50,65200.00\n", 10),
        ("123456", 2),
        ('{"a": 1}', 6),
        ("\n\n    \n", 1),
    ],
)
def test_known_texts(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(first: str, second: str) -> None:
    assert text_tokens(first) <= text_tokens(first + second) + 1
    assert text_tokens(first) <= len(first)


@given(st.text(alphabet="漢字かなКирилл", min_size=1))
def test_letters_of_other_scripts_count_one_each(text: str) -> None:
    assert text_tokens(text) == len(text)
