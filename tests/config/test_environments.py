"""Which address may belong to which environment."""

import pytest

from config.environments import Environment, address_fault, base_url, is_loopback


@pytest.mark.parametrize("environment", list(Environment))
def test_the_usual_address_of_an_environment_is_accepted(environment: Environment) -> None:
    assert address_fault(environment, base_url(environment, sim_port=8900)) is None


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ("paper", "http://localhost:1234"),
        ("paper", "http://[::1]:1234"),
        ("paper", "http://sim:8900"),
        ("testnet", "http://127.0.0.1:9000"),
        ("demo", "https://api-demo-testnet.bybit.com"),
        ("live", "https://api.bytick.com/"),
    ],
)
def test_other_addresses_of_the_same_kind_are_accepted(environment: str, url: str) -> None:
    assert address_fault(Environment(environment), url) is None


@pytest.mark.parametrize(
    ("environment", "url", "said"),
    [
        ("paper", "https://api.bybit.com", "this machine only"),
        ("paper", "http://10.0.0.7:8900", "this machine only"),
        ("paper", "http://127.0.0.1.evil.com", "this machine only"),
        ("testnet", "https://api.bybit.com", "starts with api-testnet."),
        ("demo", "https://api.bybit.com", "starts with api-demo. or api-demo-testnet."),
        ("testnet", "http://api-testnet.bybit.com", "https only"),
        ("live", "https://api-testnet.bybit.com", "starts with api."),
        ("live", "http://127.0.0.1:8900", "starts with api."),
        ("live", "http://api.bybit.com", "https only"),
        ("live", "api.bybit.com", "must look like"),
        ("live", "https://api.bybit.com/v5", "must end after the host"),
        ("live", "https://user@api.bybit.com", "must end after the host"),
        ("paper", "http://127.0.0.1:99999", "not a URL"),
        ("paper", "http://[::1", "not a URL"),
    ],
)
def test_an_address_of_another_environment_is_refused(
    environment: str, url: str, said: str
) -> None:
    assert said in (address_fault(Environment(environment), url) or "")


def test_loopback_is_told_from_names_that_look_like_it() -> None:
    assert is_loopback("127.8.0.1")
    assert not is_loopback("127.0.0.1.example.org")
