"""The keyring: keys that are added, found, and refused."""

import pytest

from exchange_sim.server.keys import ApiKey, Keyring, Permission

KEY = ApiKey("one", "secret", "100001")


def test_a_key_opens_its_account_as_soon_as_it_is_added() -> None:
    keyring = Keyring([])
    assert (keyring.account_of("one"), keyring.account_of(b"one")) == ("", "")

    keyring.add(KEY)
    keyring.add(KEY)

    assert (keyring.account_of("one"), keyring.account_of(b"one")) == ("100001", "100001")
    assert (keyring.find("one"), keyring.accounts) == (KEY, ["100001"])


@pytest.mark.parametrize(
    "other",
    [
        ApiKey("one", "other", "100001"),
        ApiKey("one", "secret", "100002"),
        ApiKey("one", "secret", "100001", Permission.READ),
    ],
)
def test_a_key_cannot_be_taken_over(other: ApiKey) -> None:
    keyring = Keyring([KEY])

    with pytest.raises(ValueError, match="key 'one' is already in use"):
        keyring.add(other)
    assert keyring.find("one") == KEY
    assert "secret'" not in repr(other)
