import pytest

from cli.stack.environment import neutral_environment


def test_no_setting_of_the_desk_or_of_prefect_reaches_a_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTOTRADER_EXCHANGE_API_KEY", "secret")
    monkeypatch.setenv("autotrader_symbols", "BTCUSDT")
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere.example/api")
    monkeypatch.setenv("COLOUR", "blue")

    environment = neutral_environment()

    assert environment["COLOUR"] == "blue"
    assert not [name for name in environment if "AUTOTRADER" in name.upper()]
    assert not [name for name in environment if "PREFECT" in name.upper()]
