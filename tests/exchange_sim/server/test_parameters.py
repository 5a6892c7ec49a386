"""Reading parameters of queries and bodies."""

import pytest

from exchange_sim.engine.errors import VenueError
from exchange_sim.market.feed import Market
from exchange_sim.server.parameters import Parameters


def test_a_query_is_decoded_once_after_the_signature_was_checked() -> None:
    parameters = Parameters.of_query(b"symbol=BTCUSDT&cursor=a%3Ab&empty=")

    assert parameters.values == {"symbol": "BTCUSDT", "cursor": "a:b", "empty": ""}


def test_numbers_of_a_body_keep_their_digits() -> None:
    parameters = Parameters.of_body(b'{"qty": 0.10, "positionIdx": 1, "price": null}')

    assert parameters.text("qty") == "0.10"
    assert parameters.integer("positionIdx") == 1
    assert parameters.text("price") == ""


def test_an_empty_body_has_no_parameters() -> None:
    assert Parameters.of_body(b"").values == {}


@pytest.mark.parametrize("body", [b"{", b"[1]", b"qty=1", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(VenueError, match="Request parameter error"):
        Parameters.of_body(body)


@pytest.mark.parametrize(
    ("given", "expected"), [({}, 20), ({"limit": "7"}, 7), ({"limit": "5000"}, 50)]
)
def test_limit_has_a_default_and_is_cut_at_its_maximum(given: dict, expected: int) -> None:
    assert Parameters(given).limit(default=20, maximum=50) == expected


@pytest.mark.parametrize("value", ["0", "-3", "1.5", "many", "1e2"])
def test_a_limit_that_counts_nothing_is_refused(value: str) -> None:
    with pytest.raises(VenueError, match="10001"):
        Parameters({"limit": value}).limit(default=20, maximum=50)


@pytest.mark.parametrize("category", ["", "spot", "inverse", "LINEAR"])
def test_only_linear_is_traded(category: str) -> None:
    with pytest.raises(VenueError, match="Illegal category"):
        Parameters({"category": category}).require_linear()


def test_the_category_has_a_default_where_bybit_has_one() -> None:
    Parameters({}).require_linear(default="linear")
    Parameters({"category": "linear"}).require_linear()


def test_symbols_are_checked_against_the_market(market: Market) -> None:
    assert Parameters({}).symbol(market) == ""
    assert Parameters({"symbol": "BTCUSDT"}).required_symbol(market) == "BTCUSDT"
    for given in ({"symbol": "NOPEUSDT"}, {"symbol": "btcusdt"}, {}):
        with pytest.raises(VenueError, match="symbol invalid"):
            Parameters(given).required_symbol(market)


def test_a_choice_is_checked() -> None:
    allowed = frozenset({"a", "b"})

    assert Parameters({"x": "b"}).choice("x", allowed) == "b"
    assert Parameters({}).choice("x", allowed, default="a") == "a"
    with pytest.raises(VenueError, match="'c' is not one of a, b"):
        Parameters({"x": "c"}).choice("x", allowed)
