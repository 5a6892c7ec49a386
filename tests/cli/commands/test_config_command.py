import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cli.commands.config import Shown, Source, shown_settings
from config.settings import Settings


def test_every_setting_is_shown_with_its_source(
    autotrader: Callable, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    Path(".env").write_text("AUTOTRADER_LEVERAGE=2\nAUTOTRADER_SYMBOLS=BTCUSDT\n")
    use_settings({"SYMBOLS": "ETHUSDT,SOLUSDT"})
    rows = json.loads(autotrader("config", "show", "--json").out)["settings"]
    shown = {row["name"]: (row["value"], row["source"]) for row in rows}
    assert len(rows) == len(Settings.model_fields)
    assert shown["AUTOTRADER_LEVERAGE"] == ("2", ".env")
    assert shown["AUTOTRADER_SYMBOLS"] == ("ETHUSDT,SOLUSDT", "environment")
    assert shown["AUTOTRADER_SIM_PORT"] == ("8900", "default")
    assert "AUTOTRADER_GATE" in autotrader("config", "show").out


def test_secrets_are_hidden() -> None:
    env = {
        "AUTOTRADER_EXCHANGE_API_KEY": "key",
        "AUTOTRADER_EXCHANGE_API_SECRET": "secret",
        "AUTOTRADER_DATABASE_URL": "postgresql://me:password@host/desk",
    }
    settings = Settings.load(env, env_file=None)
    rows = {row.name: row for row in shown_settings(settings, env, None)}
    assert {rows[name].value for name in env} == {"**********"}
    assert rows["AUTOTRADER_SIM_CONTROL_TOKEN"].value == ""


def test_a_setting_is_shown_with_its_meaning_and_bounds() -> None:
    rows = {row.name: row for row in shown_settings(Settings(), {}, None)}
    assert rows["AUTOTRADER_MAX_OPEN_POSITIONS"] == Shown(
        "AUTOTRADER_MAX_OPEN_POSITIONS",
        "3",
        Source.DEFAULT,
        "Positions open at the same time, as a count. At least 1, at most 50.",
    )


def test_a_wrong_setting_is_a_usage_error(
    autotrader: Callable, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    use_settings({"LEVRAGE": 3})
    ran = autotrader("config", "show")
    assert ran.code == 2
    assert "did you mean AUTOTRADER_LEVERAGE?" in ran.err
