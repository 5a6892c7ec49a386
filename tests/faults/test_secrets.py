"""The search for secrets finds them wherever they were planted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from cli.faults.secrets import leaks, leaks_of_text
from db.keys import AccountKey
from db.repositories import discrepancies, heartbeats
from db.unit_of_work import unit_of_work
from trading.reconcile import DiscrepancyKind

KEY = AccountKey("paper", "main")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "PlantedSecret0123"
SIGNATURE = "0f" * 32


@pytest.mark.parametrize("name", ["desk.log", "deep/er/report.json", "matrix.md"])
def test_a_secret_in_a_file_is_found(own_database_url: str, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"key {SECRET}")

    assert leaks(tmp_path, own_database_url, [SECRET]) == [f"{name}: a secret"]


@pytest.mark.parametrize(
    "text",
    [
        f"X-BAPI-SIGN: {SIGNATURE}",
        f"{{'X-BAPI-SIGN': '{SIGNATURE}'}}",
        f'{{"sign": "{SIGNATURE}"}}',
        f"api_key=abc&sign={SIGNATURE}",
        f"signature={SIGNATURE}",
    ],
)
def test_a_signature_is_found_by_its_name(text: str) -> None:
    assert leaks_of_text(text, [], name="log") == ["log: a signature"]


@pytest.mark.parametrize("text", [f"config_hash={SIGNATURE}", f"sha256 {SIGNATURE}", "sign: none"])
def test_other_digests_are_no_signatures(text: str) -> None:
    assert leaks_of_text(text, [], name="log") == []


def test_a_secret_in_a_column_of_text_is_found(
    session_factory: sessionmaker[Session], own_database_url: str, tmp_path: Path
) -> None:
    with unit_of_work(session_factory) as session:
        heartbeats.beat(session, KEY, "sync", now=NOW, detail=f"answered {SECRET}")

    found = leaks(tmp_path, own_database_url, [SECRET])

    assert found == ["heartbeats.detail: a secret in 1 rows"]


def test_a_signature_inside_json_is_found(
    session_factory: sessionmaker[Session], own_database_url: str, tmp_path: Path
) -> None:
    with unit_of_work(session_factory) as session:
        discrepancies.open_or_update(
            session,
            KEY,
            kind=DiscrepancyKind.UNKNOWN_ORDER,
            subject="o-1",
            evidence={"request": {"sign": SIGNATURE}},
            now=NOW,
        )

    found = leaks(tmp_path, own_database_url, [SECRET])

    assert found == ["discrepancies.evidence: a signature in 1 rows"]


def test_a_database_without_secrets_has_no_leak(own_database_url: str, tmp_path: Path) -> None:
    assert leaks(tmp_path, own_database_url, [SECRET]) == []


def test_the_files_of_a_database_server_are_left_to_sql(
    own_database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "PG_VERSION").write_text("17")
    (tmp_path / "base" / "rows.log").write_text(SECRET)
    (tmp_path / "server.log").write_text(SECRET)

    assert leaks(tmp_path, own_database_url, [SECRET]) == ["server.log: a secret"]
