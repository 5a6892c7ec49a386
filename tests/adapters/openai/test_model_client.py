"""A client of a model server: its time-outs, whom it trusts, and what it shows of itself."""

import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.openai.client import (
    REASONING,
    ModelClient,
    Timeouts,
    connect_model,
    usual_timeouts,
)
from tests.adapters.openai.model_builders import KEY, access_to
from trading.errors import MisconfiguredError


def test_a_client_names_its_server_and_hides_its_key(client: ModelClient) -> None:
    assert "127.0.0.1" in repr(client)
    assert KEY not in repr(client)
    assert KEY not in repr(client.access)


def test_a_model_that_thinks_gets_more_time() -> None:
    assert usual_timeouts(access_to()) == Timeouts()
    assert usual_timeouts(access_to(), reasons=True) == REASONING
    assert usual_timeouts(access_to(effort="high")) == REASONING


@pytest.mark.parametrize(
    ("left", "read"), [(timedelta(seconds=200), 60), (timedelta(seconds=7), 7)]
)
def test_no_step_may_take_longer_than_is_left(left: timedelta, read: float) -> None:
    timeout = Timeouts().within(left)

    assert (timeout.read, timeout.pool) == (read, left.total_seconds())
    assert timeout.connect == 5


def test_a_certificate_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    path.write_text("no certificate")

    with pytest.raises(MisconfiguredError, match="PEM file"):
        connect_model(replace(access_to(), ca_path=str(path)))


def test_an_authority_is_trusted_besides_the_usual_ones(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    usual = ssl.create_default_context()
    path.write_text(ssl.DER_cert_to_PEM_cert(usual.get_ca_certs(binary_form=True)[0]))

    connect_model(replace(access_to(), ca_path=str(path))).close()


@pytest.mark.parametrize("proxy", ["gopher://127.0.0.1:1", "http://proxy:port"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    with pytest.raises(MisconfiguredError, match="HTTPS_PROXY"):
        connect_model(access_to("https://models.example.com/v1"))


def test_a_password_of_a_proxy_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://me:hunter2@127.0.0.1:1")

    with pytest.raises(MisconfiguredError) as caught:
        connect_model(access_to("https://models.example.com/v1"))

    assert "hunter2" not in str(caught.value)
