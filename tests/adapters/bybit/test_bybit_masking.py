"""Nothing secret survives the mask."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.bybit.masking import Mask

SIGNATURE = "0f" * 32


def test_key_secret_and_signature_are_taken_out() -> None:
    mask = Mask("the-key", "the-secret")

    masked = mask(f"error sign! origin_string[1700the-key5000]\n{SIGNATURE} the-secret")

    assert masked == "error sign! origin_string[1700***5000] *** ***"


def test_a_long_page_is_cut() -> None:
    assert len(Mask()("<html> " * 1000)) <= 301


def test_an_empty_secret_masks_nothing() -> None:
    assert Mask("", "")("plain text") == "plain text"


secrets = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="*"), min_size=4
)


@given(before=st.text(), secret=secrets, after=st.text())
def test_a_secret_never_shows_wherever_it_stands(before: str, secret: str, after: str) -> None:
    assert secret not in Mask(secret)(before + secret + after)
