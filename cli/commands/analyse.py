"""`analyse`: a chart picture of the owner's, read by the model and judged by the rules."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.uploaded_file import read_upload_file
from cli.analysed import tell_analysed
from cli.commands.analysis_run import Symbol
from cli.database import desk_in_force
from cli.desk import open_desk
from cli.options import AsJson
from tasks.uploads import Upload, analyse_upload
from trading.arms import ImageArm
from trading.candles import Interval


def analyse(
    *,
    image: Annotated[Path, typer.Option(metavar="FILE", help="PNG, JPEG or WebP, at most 10 MB.")],
    symbol: Symbol,
    timeframe: Annotated[Interval, typer.Option(help="Length of the candles in the picture.")],
    propose: Annotated[
        bool, typer.Option("--propose", help="Ask me about the order that this leads to.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the model a chart picture of yours beside today's numbers of its symbol.

    The picture is decoded and drawn anew, without anything the file says beside its pixels. The
    answer is checked against the market, judged as any other and kept as a decision. It never
    becomes an order by itself: a picture of yours cannot be proven to show the market. With
    --propose a trade that passes the gate and every limit waits for `autotrader approve`,
    whatever AUTOTRADER_APPROVAL says; one that does not is refused with exit code 3. Exit code 1
    if the file cannot be read safely, the market cannot be seen, or the model abstained.

    Examples:
    - `autotrader analyse --image chart.png --symbol BTCUSDT --timeframe 1h`
    - `autotrader analyse --image chart.webp --symbol ETHUSDT --timeframe 4h --propose --json`
    """
    chart = read_upload_file(image)
    upload = Upload(symbol, timeframe, chart, proposes=propose)
    with desk_in_force() as settings, open_desk(settings, role="analyse") as resources:
        analysed = analyse_upload(settings, resources, upload)
    picture = f"{ImageArm.UPLOADED} {chart.sha256}"
    tell_analysed(analysed, picture, proposes=propose, as_json=as_json)
