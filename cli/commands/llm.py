"""`llm`: the model that reads the charts."""

from contextlib import closing
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from adapters.openai.access import ModelAccess
from adapters.openai.client import connect_model
from adapters.openai.doctor import probe
from adapters.openai.findings import Finding, Level
from adapters.openai.model import directly
from cli.commands import llm_costs
from cli.options import AsJson
from cli.output import print_json, print_table
from cli.probe_ledger import check_price, listed_price, open_probe_ledger
from cli.settings import load_settings
from config.model_access import ModelSettings
from config.models import known_capability
from tasks.resources import model_access
from trading.model_port import Around

FAILED = 1

app = typer.Typer(help="The model that reads the charts.", no_args_is_help=True)
app.command()(llm_costs.costs)

BaseUrl = Annotated[
    str, typer.Option("--base-url", metavar="URL", help="Another server than the settings name.")
]
ModelName = Annotated[
    str, typer.Option("--model", metavar="NAME", help="Another model than the settings name.")
]


@app.callback()
def _llm() -> None:
    """The model that reads the charts."""


@app.command()
def doctor(*, base_url: BaseUrl = "", model: ModelName = "", as_json: AsJson = False) -> None:
    """Ask the model a few short questions and explain what is wrong with it.

    Looks at address, key, name, schema, vision, bill and price. Three of the questions carry a
    picture, one of them as large as a chart; all of them together cost about as much as one
    analysis. Where the desk's database runs they are booked as probes and kept within the budget.
    Exit code 1 if a check fails.

    Examples:
    - `autotrader llm doctor`
    - `autotrader llm doctor --base-url http://localhost:11434/v1 --model qwen2.5vl`
    """
    settings = load_settings()
    access = chosen_access(settings, base_url=base_url, model=model)
    own, price = settings.model_list_file, listed_price(settings, access.model)
    with open_probe_ledger(settings, access, price) as around:
        findings = examine(access, Path(own) if own else None, around)
    findings.append(check_price(settings, access.model, price))
    is_healthy = all(one.level is not Level.FAIL for one in findings)
    if as_json:
        asked = {"server": access.server, "model": access.model}
        print_json({"ok": is_healthy, **asked, "checks": findings})
    else:
        rows = ((one.name, one.level, one.seen, one.to_do or None) for one in findings)
        title = f"{access.model} at {access.server}"
        print_table(title, ("check", "is", "seen", "to do"), rows)
    if not is_healthy:
        raise typer.Exit(FAILED)


def chosen_access(settings: ModelSettings, *, base_url: str, model: str) -> ModelAccess:
    """The model of the settings, or the one that the options name.

    The key is for the server it was made for: it does not follow to another one.

    Raises:
        MisconfiguredError: the address, the key or the name cannot be used.
    """
    url = base_url or settings.model_base_url
    is_same_server = urlsplit(url).netloc == urlsplit(settings.model_base_url).netloc
    chosen = {
        "model_base_url": url,
        "model_api_key": settings.model_api_key if is_same_server else SecretStr(""),
        "model_name": model or settings.model_name,
    }
    return model_access(settings.model_copy(update=chosen))


def examine(
    access: ModelAccess, own_list: Path | None = None, around: Around = directly
) -> list[Finding]:
    """What the doctor finds about one model, as the lists of models say that it is asked.

    `around` stands around each question that may cost money.

    Raises:
        MisconfiguredError: the owner's list cannot be used.
    """
    capability = known_capability(access.model, access.is_native, own_list)
    with closing(connect_model(access)) as client:
        return probe(client, capability, around=around)
