"""An address is safe to send charts and a key to, or it is refused with what is allowed."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.openai.access import ModelAccess
from tests.adapters.openai.model_builders import KEY, access_to
from trading.errors import MisconfiguredError


@pytest.mark.parametrize(
    ("url", "server", "is_native", "is_local", "names_a_version"),
    [
        ("https://api.openai.com/v1", "api.openai.com:443", True, False, True),
        ("https://openrouter.ai/api/v1/", "openrouter.ai:443", False, False, True),
        ("http://localhost:11434", "localhost:11434", False, True, False),
        ("http://ollama:11434/v1", "ollama:11434", False, True, True),
        ("http://192.168.1.5:1234/v1beta", "192.168.1.5:1234", False, True, True),
        ("http://[::1]:8000/v1", "[::1]:8000", False, True, True),
        ("https://models.example.com/vision", "models.example.com:443", False, False, False),
    ],
)
def test_addresses_that_are_allowed(
    url: str, server: str, is_native: bool, is_local: bool, names_a_version: bool
) -> None:
    access = access_to(url)

    assert access.server == server
    assert (access.is_native, access.is_local) == (is_native, is_local)
    assert access.names_a_version is names_a_version
    assert not access.base_url.endswith("/")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "write it like"),
        ("ftp://host/v1", "write it like"),
        ("https:///v1", "write it like"),
        ("https://host/v1?key=1", "write it like"),
        ("http://localhost:99999/v1", "1 to 65535"),
        ("http://localhost/v1 ", "copy it again"),
        ("http://local\nhost/v1", "copy it again"),
        ("http://models.example.com/v1", "plain HTTP"),
        ("http://8.8.8.8/v1", "plain HTTP"),
    ],
)
def test_addresses_that_are_not(url: str, words: str) -> None:
    with pytest.raises(MisconfiguredError, match=words):
        access_to(url)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(MisconfiguredError, match="remove it") as caught:
        access_to("https://me:hunter2@host/v1")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
def test_a_key_that_was_copied_badly_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(MisconfiguredError, match="copy it again") as caught:
        access_to(key=key)

    assert key not in str(caught.value)


def test_only_the_native_host_needs_a_key() -> None:
    assert access_to(key="").api_key == SecretStr("")
    with pytest.raises(MisconfiguredError, match="needs an API key"):
        access_to("https://api.openai.com/v1", key="")


@pytest.mark.parametrize(
    ("host", "is_native"),
    [
        ("api.openai.com", True),
        ("eu.api.openai.com", True),
        ("api.openai.com.example.net", False),
        ("fakeapi.openai.com", False),
        ("openrouter.ai", False),
    ],
)
def test_the_native_host_has_regions_and_no_lookalikes(host: str, is_native: bool) -> None:
    assert access_to(f"https://{host}/v1").is_native is is_native


def test_a_key_is_masked_wherever_it_is_printed() -> None:
    assert KEY not in repr(access_to())


@pytest.mark.parametrize("temperature", [-0.1, 2.1, float("nan")])
def test_a_temperature_out_of_bounds_is_refused(temperature: float) -> None:
    with pytest.raises(MisconfiguredError, match="0 to 2"):
        access_to(temperature=temperature)


def test_a_model_needs_a_name() -> None:
    with pytest.raises(MisconfiguredError, match="name of the model"):
        access_to(model=" ")


def test_a_missing_certificate_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="no certificate file"):
        ModelAccess("http://localhost/v1", model="m", ca_path=str(tmp_path / "nowhere.pem"))
