"""Access to an account is refused when it cannot work, and never shows its secrets."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from tests.adapters.bybit.scripted_exchange import API_KEY, API_SECRET, access_to
from trading.errors import MisconfiguredError

URL = "http://127.0.0.1:1"


def test_its_picture_shows_neither_key_nor_secret() -> None:
    picture = repr(access_to(URL))

    assert API_KEY not in picture
    assert API_SECRET not in picture


def test_without_a_key_only_market_data_can_be_read() -> None:
    assert not ExchangeAccess(URL).has_key
    assert access_to(URL).has_key


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"api_key": SecretStr("with space")}, "API key holds a space"),
        ({"api_secret": SecretStr("line\nbreak")}, "API secret holds a space, line break"),
        ({"api_key": SecretStr("schlüssel")}, "non-ASCII"),
        ({"api_secret": SecretStr("")}, "set both or neither"),
        ({"receive_window": timedelta(0)}, "allowed: 1 ms to 60 s"),
        ({"receive_window": timedelta(seconds=61)}, "allowed: 1 ms to 60 s"),
        ({"timeout": timedelta(0)}, "must be above 0"),
        ({"base_url": "http://api.bybit.com"}, "only travels by https"),
    ],
)
def test_what_cannot_work_is_refused_without_quoting_secrets(
    changes: dict[str, object], says: str
) -> None:
    with pytest.raises(MisconfiguredError, match=says) as refused:
        access_to(URL, **changes)
    assert API_SECRET not in str(refused.value)
    assert "schlüssel" not in str(refused.value)
