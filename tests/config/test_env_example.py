"""The committed .env.example and the settings class say the same."""

from pathlib import Path

from config.env_example import env_example
from config.settings import Settings
from config.sources import given_values

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_committed_file_is_the_one_the_settings_make() -> None:
    committed = EXAMPLE.read_text(encoding="utf-8")

    assert committed == env_example(), "renew it: python -m config.env_example > .env.example"


def test_every_setting_is_in_the_file_and_nothing_else(tmp_path: Path) -> None:
    lines = [line[2:] for line in env_example().splitlines() if line.startswith("# AUTOTRADER_")]
    uncommented = tmp_path / ".env"
    uncommented.write_text("\n".join(line for line in lines if "=" in line), encoding="utf-8")

    names = {line.split("=")[0] for line in lines if "=" in line}
    assert names == {f"AUTOTRADER_{name.upper()}" for name in Settings.model_fields}
    assert given_values(Settings.model_fields, env={}, env_file=uncommented)
    assert Settings.load({}, env_file=uncommented) == Settings()
