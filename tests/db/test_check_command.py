import pytest

from db import check


def test_the_committed_migrations_make_the_tables_of_the_models(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check.main() == 0
    assert "migrations and models agree at" in capsys.readouterr().out
