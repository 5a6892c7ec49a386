"""`llm doctor` asks the model of the settings, or the one its options name."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.openai.findings import Level
from cli.commands.llm import chosen_access, examine
from config.model_access import ModelSettings
from db.models import LlmCallRow
from tests.adapters.openai.model_builders import chat_answer
from tests.adapters.openai.scripted_model_server import (
    Scripted,
    ScriptedModelServer,
    as_json,
    error,
)
from tests.cli.commands.model_by_hand import RowsOf
from tests.cli.commands.ran import Ran, Run
from tests.fixtures.desks import new_account
from trading.errors import MisconfiguredError
from trading.replies import Purpose

SETTINGS = ModelSettings(
    model_api_key=SecretStr("sk-mine"),
    model_name="gpt-5",
    model_effort="low",
    model_seed=None,
)


@pytest.fixture
def server() -> Iterator[ScriptedModelServer]:
    opened = ScriptedModelServer()
    yield opened
    opened.close()


def test_settings_name_the_model() -> None:
    access = chosen_access(SETTINGS, base_url="", model="")

    assert (access.server, access.model, access.effort) == ("api.openai.com:443", "gpt-5", "low")
    assert access.api_key.get_secret_value() == "sk-mine"
    assert (access.temperature, access.seed, access.ca_path) == (None, None, None)


def test_the_key_does_not_follow_to_another_server() -> None:
    access = chosen_access(SETTINGS, base_url="http://localhost:11434/v1", model="qwen2.5vl")

    assert (access.server, access.model) == ("localhost:11434", "qwen2.5vl")
    assert access.api_key.get_secret_value() == ""


def test_a_model_must_be_named_somewhere() -> None:
    with pytest.raises(MisconfiguredError, match="name of the model"):
        chosen_access(ModelSettings(), base_url="http://localhost/v1", model="")


def test_a_server_of_ones_own_is_asked_in_chat(server: ScriptedModelServer) -> None:
    server.answers += [as_json({"data": [{"id": "qwen3"}]}), error(500)]
    access = chosen_access(ModelSettings(), base_url=server.url, model="qwen3")

    found = examine(access)

    assert [(one.name, one.level) for one in found] == [
        ("server", Level.OK),
        ("key", Level.OK),
        ("model", Level.OK),
        ("text", Level.FAIL),
    ]
    assert [asked.path for asked in server.asked] == ["/v1/models", "/v1/chat/completions"]


def test_a_model_without_eyes_is_not_shown_a_picture(server: ScriptedModelServer) -> None:
    server.answers += [
        as_json({"data": [{"id": "qwen3"}]}),
        as_json(chat_answer("ready")),
        as_json(chat_answer('{"ready": true}')),
    ]
    access = chosen_access(ModelSettings(), base_url=server.url, model="qwen3")

    found = {one.name: one.level for one in examine(access)}

    assert found["vision"] is Level.WARN
    assert len(server.asked) == 3


MODELS = as_json({"data": [{"id": "vision-1"}]})
READY, OBEYED = (as_json(chat_answer(said)) for said in ("ready", '{"ready": true}'))
PROSE = as_json(chat_answer("It rains."))
NOT_FOUND = error(404, "The model `vision-1` does not exist", code="model_not_found")
CRASH = Scripted(is_dropped=True)

Doctor = Callable[..., Ran]
Spend = Callable[[str], None]


@pytest.fixture
def doctor(
    server: ScriptedModelServer, autotrader: Run, use_settings: Callable[..., None]
) -> Doctor:
    """Run `llm doctor` against a server that answers so."""

    def run_one(*answers: Scripted, address: str = server.url, words: tuple[str, ...] = ()) -> Ran:
        server.answers += answers
        use_settings(
            {
                "MODEL_BASE_URL": address,
                "MODEL_NAME": "vision-1",
                "MODEL_API_KEY": "sk-secret-0123456789",
            }
        )
        return autotrader("llm", "doctor", *words)

    return run_one


@pytest.mark.parametrize(
    ("answers", "to_do"),
    [
        ([error(401, "Incorrect API key: sk-secret-0123456789")], "copy it again, or make a new"),
        ([error(429, code="insufficient_quota")], "add credit or raise its limit"),
        ([MODELS, NOT_FOUND], "check its name"),
        ([MODELS, READY, OBEYED, PROSE], "The picture was dropped or made too small on its way"),
    ],
    ids=["wrong key", "no quota", "model not found", "picture dropped"],
)
def test_the_owner_reads_what_to_do_and_no_key(
    doctor: Doctor, answers: list[Scripted], to_do: str
) -> None:
    done = doctor(*answers)

    assert done.code == 1
    assert to_do in shown(done)
    assert "sk-secret" not in done.out + done.err


def shown(done: Ran) -> str:
    """The cells of the last column of a table, put together again."""
    rows = [line.split("│") for line in done.out.splitlines() if line.startswith("│")]
    return " ".join(" ".join(row[4].strip() for row in rows).split())


def test_a_forgotten_version_is_told(doctor: Doctor, server: ScriptedModelServer) -> None:
    done = doctor(error(404), address=server.url.removesuffix("/v1"))

    assert "Did you forget /v1?" in shown(done)


def test_an_entry_that_the_doctor_writes_is_understood(
    doctor: Doctor, tmp_path: Path, use_settings: Callable[..., None]
) -> None:
    seen = as_json(chat_answer("no code"))
    sick = doctor(MODELS, READY, *[PROSE] * 3, seen, words=("--json",))
    assert sick.code == 1
    told = {one["name"]: one for one in json.loads(sick.out)["checks"]}

    entry = told["list"]["to_do"].partition("MODEL_LIST_FILE:\n")[2]
    (tmp_path / "models.toml").write_text(entry, encoding="utf-8")
    use_settings({"MODEL_LIST_FILE": str(tmp_path / "models.toml")})
    cured = doctor(MODELS, READY, OBEYED, seen, words=("--json",))

    names = [one["name"] for one in json.loads(cured.out)["checks"]]
    assert "list" not in names


OWN_PRICE = """
currency = "USD"
name = "mine"

[[price]]
models = ["vision-1"]
effective_from = 2025-01-01
input = 2
cached = 1
output = 4
"""


@pytest.fixture
def spend(tmp_path: Path, use_settings: Callable[..., None], desk_database_url: str) -> Spend:
    """Let a new account spend so many USD a day on the model, whose pictures have no rule."""
    file = tmp_path / "prices.toml"
    file.write_text(OWN_PRICE, encoding="utf-8")
    database = {"ACCOUNT": new_account(), "DATABASE_URL": desk_database_url}

    def at_most(usd: str) -> None:
        use_settings(database | {"MODEL_PRICE_FILE": str(file), "MODEL_BUDGET_PER_DAY_USD": usd})

    return at_most


def test_what_the_doctor_asks_is_booked(doctor: Doctor, spend: Spend, rows_of: RowsOf) -> None:
    spend("1")

    done = doctor(MODELS, READY, OBEYED, PROSE, words=("--json",))

    found = {one["name"]: one for one in json.loads(done.out)["checks"]}
    rows = rows_of(LlmCallRow)
    assert [(row.purpose, row.pictures) for row in rows] == [(Purpose.PROBE, n) for n in (0, 0, 1)]
    # 12 tokens in and 3 out.
    assert {row.cost_usd for row in rows} == {Decimal("0.000036")}
    assert "no rule for pictures" in found["price"]["seen"]


def test_the_doctor_keeps_to_the_budget(
    doctor: Doctor, spend: Spend, rows_of: RowsOf, server: ScriptedModelServer
) -> None:
    spend("0.001")

    done = doctor(MODELS, words=("--json",))

    found = {one["name"]: one for one in json.loads(done.out)["checks"]}
    assert (done.code, found["text"]["level"]) == (1, "fail")
    assert "the budget has no room" in found["text"]["seen"]
    assert (len(server.asked), rows_of(LlmCallRow)) == (1, [])


def test_without_a_database_the_owner_hears_that_nothing_is_booked(doctor: Doctor) -> None:
    done = doctor(MODELS, NOT_FOUND)

    assert "not booked" in done.err


def test_a_database_that_cannot_be_used_stops_the_spending(
    doctor: Doctor, use_settings: Callable[..., None], server: ScriptedModelServer
) -> None:
    use_settings({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})

    assert doctor().code == 2
    assert server.asked == []


def test_a_list_that_cannot_be_used_is_told(
    doctor: Doctor, tmp_path: Path, use_settings: Callable[..., None]
) -> None:
    use_settings({"MODEL_LIST_FILE": str(tmp_path / "gone.toml")})

    done = doctor()

    assert done.code != 0
    assert "gone.toml cannot be used" in " ".join((done.out + done.err).split())
