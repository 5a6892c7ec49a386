from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import SecretStr

from cli.stack.database import FOLDER, open_database
from config.settings import Settings
from db import migrate
from db.embedded import EmbeddedPostgres
from trading.errors import MisconfiguredError


def test_the_embedded_database_runs_migrated_inside_the_block_only() -> None:
    # Not tmp_path: the path of a socket is limited to about 100 bytes.
    with TemporaryDirectory(prefix="desk-") as folder:
        settings = Settings(data_folder=Path(folder))
        with open_database(settings) as url:
            assert migrate.is_current(url)

        assert EmbeddedPostgres(Path(folder, FOLDER)).process_id is None


def test_the_owners_database_is_used_as_it_is(database_url: str) -> None:
    with open_database(Settings(database_url=SecretStr(database_url))) as url:
        assert url == database_url


def test_the_owners_database_is_never_upgraded_behind_the_owners_back(
    empty_database_url: str,
) -> None:
    settings = Settings(database_url=SecretStr(empty_database_url))

    with pytest.raises(MisconfiguredError, match="db upgrade"), open_database(settings):
        pass

    assert migrate.current(empty_database_url) is None
