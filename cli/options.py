"""Options that more than one command has."""

from typing import Annotated

import typer

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object, the last line of stdout.")
]
Live = Annotated[
    bool, typer.Option("--live", help="Ask the exchange instead of the database's mirror.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before sending the order.")]
