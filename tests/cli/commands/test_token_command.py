"""`token`: shown once, listed without its secret, revoked for good."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.cli.commands.ran import Run
from tests.fixtures.desks import new_account


@pytest.fixture(autouse=True)
def _desk(use_settings: Callable[[Mapping[str, Any]], None], desk_database_url: str) -> None:
    use_settings({"ACCOUNT": new_account(), "DATABASE_URL": desk_database_url})


def last(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def test_a_token_is_shown_once(autotrader: Run) -> None:
    made = autotrader("token", "create", "dashboard", "--scope", "trade")
    secret = made.out.splitlines()[-1]
    assert (made.code, secret.startswith("autotrader_")) == (0, True)
    assert "shown only now" in made.out
    assert secret not in made.err

    listed = autotrader("token", "list", "--json")
    (token,) = last(listed.out)["tokens"]
    assert (token["name"], token["scope"], token["revoked_at"]) == ("dashboard", "trade", None)
    assert secret not in listed.out + autotrader("token", "list").out


def test_it_reads_and_nothing_more_unless_it_is_said(autotrader: Run) -> None:
    made = last(autotrader("token", "create", "pages", "--json").out)

    assert (made["name"], made["scope"]) == ("pages", "read")
    assert made["token"].startswith("autotrader_")


def test_a_revoked_token_is_listed_as_such(autotrader: Run) -> None:
    autotrader("token", "create", "pages")

    assert autotrader("token", "revoke", "pages").out == "Token pages opens nothing any more.\n"

    (token,) = last(autotrader("token", "list", "--json").out)["tokens"]
    assert token["revoked_at"] is not None
    assert last(autotrader("token", "create", "more", "--json").out)["name"] == "more"
    assert last(autotrader("token", "revoke", "more", "--json").out) == {"revoked": "more"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "No Spaces"), "cannot name a token"),
        (("create", "a", "--scope", "all"), "'all' is not one of"),
        (("revoke", "nobody"), "valid are: none"),
    ],
)
def test_what_is_wrong_is_told(autotrader: Run, words: tuple[str, ...], said: str) -> None:
    done = autotrader("token", *words)

    assert done.code == 2
    assert said in done.err
