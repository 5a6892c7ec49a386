"""An uploaded picture as a chart for an analyst: it has no code and its prices are not known."""

from sqlalchemy.orm import Session

from db.repositories import charts
from trading.arms import UPLOADED, ImageArm
from trading.chart import ChartImage, UploadedChart
from trading.png_size import png_size


def as_chart(uploaded: UploadedChart) -> ChartImage:
    """The picture of a person as one for the analyst, which proves nothing by a code."""
    return _chart(uploaded.png, uploaded.sha256, uploaded.width, uploaded.height)


def stored_chart(session: Session, sha256: str) -> ChartImage | None:
    """The same from the database, where its decision keeps it; None if there is none."""
    png = charts.load(session, sha256)
    return None if png is None else _chart(png, sha256, *png_size(png))


def _chart(png: bytes, sha256: str, width: int, height: int) -> ChartImage:
    return ChartImage(
        png=png,
        sha256=sha256,
        width=width,
        height=height,
        code="",
        renderer=ImageArm.UPLOADED,
        arm=UPLOADED,
    )
