"""Secrets stay out of texts and log records."""

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.masking import MaskingFilter, mask, secrets_of
from config.settings import Settings

SECRET = 'p"a\\ss-wörd'


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("library", logging.INFO, "file.py", 1, message, args, None)


@pytest.mark.parametrize(
    "text",
    [SECRET, f"key={SECRET}&x=1", '{"k": "p\\"a\\\\ss-w\\u00f6rd"}', repr({"k": SECRET})],
)
def test_a_secret_is_replaced_plain_and_escaped(text: str) -> None:
    masked = mask(text, [SECRET])

    assert "ss-w" not in masked
    assert "**********" in masked


def test_the_longer_of_two_overlapping_secrets_leaves_no_rest() -> None:
    assert mask("abcd abcdef", ["abcd", "abcdef"]) == "********** **********"


@given(st.text(), st.lists(st.text(alphabet="abcXYZ019", min_size=4), max_size=3))
def test_no_secret_survives_masking(text: str, secrets: list[str]) -> None:
    masked = mask(text + "|".join(secrets), secrets)

    assert [secret for secret in secrets if secret in masked] == []


def test_the_database_password_is_a_secret_of_its_own() -> None:
    settings = Settings.load(
        {"AUTOTRADER_DATABASE_URL": "postgresql://desk:pa%24word@host/db"}, env_file=None
    )

    assert {"pa%24word", "pa$word"} < set(secrets_of(settings))


def test_empty_settings_have_no_secrets() -> None:
    assert secrets_of(Settings()) == ()
    assert mask("nothing to hide", ()) == "nothing to hide"


def test_the_filter_masks_arguments_of_a_library_message() -> None:
    seen = record("sent %s", SECRET)

    assert MaskingFilter([SECRET]).filter(seen)
    assert seen.getMessage() == "sent **********"


def test_the_filter_masks_the_traceback() -> None:
    seen = record("failed")
    try:
        int("token 0123456789")
    except ValueError:
        seen.exc_info = sys.exc_info()

    MaskingFilter(["0123456789"]).filter(seen)

    assert "0123456789" not in logging.Formatter().format(seen)
    assert "literal for int() with base 10: 'token **********'" in logging.Formatter().format(seen)
