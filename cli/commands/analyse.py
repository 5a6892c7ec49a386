"""`analyse`: a chart picture of the owner's, read by the model and judged by the rules."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from adapters.uploaded_image import MAXIMUM_BYTES, read_upload
from cli.commands.analysis_run import Symbol
from cli.desk import desk_in_force, open_desk
from cli.opinions import tell_opinion, tell_unseen
from cli.options import AsJson
from tasks.by_hand import UPLOADED, as_chart, look, opinion
from tasks.resources import opened_model_desk
from trading.candles import Interval
from trading.chart import UploadedChart
from trading.errors import BadUploadError
from trading.reasons import Refused


def analyse(
    *,
    image: Annotated[Path, typer.Option(metavar="FILE", help="PNG, JPEG or WebP, at most 10 MB.")],
    symbol: Symbol,
    timeframe: Annotated[Interval, typer.Option(help="Length of the candles in the picture.")],
    as_json: AsJson = False,
) -> None:
    """Show the model a chart picture of yours beside today's numbers of its symbol.

    The picture is decoded and drawn anew, without anything the file says beside its pixels. The
    answer is checked against the market and judged as any other. It never becomes an order: a
    picture of yours cannot be proven to show the market, and approving what comes of it by hand
    is not offered yet. Exit code 1 if the file cannot be read safely or the model abstained.

    Examples:
    - `autotrader analyse --image chart.png --symbol BTCUSDT --timeframe 1h`
    - `autotrader analyse --image chart.webp --symbol ETHUSDT --timeframe 4h --json`
    """
    uploaded = _uploaded(image)
    with desk_in_force() as settings, open_desk(settings, role="analyse") as opened:
        resources = replace(opened, desk=replace(opened.desk, interval=timeframe))
        desk, sessions, now = resources.desk, resources.sessions, resources.now
        snapshot = look(resources, symbol)
        if isinstance(snapshot, Refused):
            tell_unseen(symbol, snapshot, as_json=as_json)
            return
        with opened_model_desk(settings, desk, sessions, now, pictures=UPLOADED) as model:
            shown = replace(model, sends_picture=True)
            asked = opinion(desk, shown, snapshot, as_chart(uploaded))
    tell_opinion(snapshot, asked, picture=f"{UPLOADED} {uploaded.sha256}", as_json=as_json)


def _uploaded(path: Path) -> UploadedChart:
    try:
        with path.open("rb") as file:
            return read_upload(file.read(MAXIMUM_BYTES + 1))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}; give a picture file"
        raise BadUploadError(message) from error
    except BadUploadError as error:
        message = f"{path}: {error}"
        raise BadUploadError(message) from error
