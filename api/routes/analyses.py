"""An uploaded chart, shown to the model and judged."""

from typing import Annotated

from fastapi import File, Form, UploadFile

from api.desk import TheDesk
from api.guard import UploadRoute, acting
from api.schemas.analyses import (
    AnalysisMade,
    Chances,
    DecisionMade,
    NoOpinion,
    Opinion,
    Perpetual,
    ProposalMade,
)
from tasks.opinion_status import upload_status
from tasks.uploads import Analysed, Upload, analyse_upload
from trading.analysis import Abstention, Analysis
from trading.candles import Interval
from trading.chart import UploadedChart
from trading.proposals import Proposal

asked = acting(UploadRoute, "analyses")
routers = (asked,)


@asked.post("/analyses", status_code=201)
def analyse(
    desk: TheDesk,
    image: Annotated[UploadFile, File(description="PNG, JPEG or WebP, at most 10 MB.")],
    symbol: Annotated[Perpetual, Form(description="Such as BTCUSDT.")],
    timeframe: Annotated[Interval, Form(description="Length of the candles in the picture.")],
    propose: Annotated[
        bool, Form(description="Ask the owner about the order that this leads to.")
    ] = False,
) -> AnalysisMade:
    """Show the model a chart picture beside the market of now, and keep what is decided.

    It never becomes an order by itself: with `propose` a trade that passes the gate and every
    limit waits for the owner's word, whatever the settings say.
    """
    chart = desk.read_upload(image.file.read())
    upload = Upload(symbol, timeframe, chart, proposes=propose)
    with desk.door.open_resources() as resources:
        analysed = analyse_upload(desk.settings, resources, upload)
    return _made(analysed, chart)


def _made(analysed: Analysed, chart: UploadedChart) -> AnalysisMade:
    answer, confidence = analysed.study.answer, analysed.study.judgement.confidence
    return AnalysisMade(
        symbol=analysed.decision.symbol,
        status=upload_status(analysed),
        picture_sha256=chart.sha256,
        opinion=Opinion.model_validate(answer) if isinstance(answer, Analysis) else None,
        no_opinion=NoOpinion.model_validate(answer) if isinstance(answer, Abstention) else None,
        chances=None if confidence is None else Chances.model_validate(confidence),
        decision=DecisionMade.model_validate(analysed.decision),
        proposal=None if analysed.proposal is None else _asked(analysed.proposal),
    )


def _asked(proposal: Proposal) -> ProposalMade:
    order = proposal.order
    return ProposalMade(
        approval_id=proposal.id,
        intent_hash=order.intent_hash,
        direction=order.direction,
        quantity=order.quantity,
        entry_price=order.entry_price,
        stop_loss=order.stop_loss,
        take_profit=order.take_profit,
        risk_usdt=order.risk_usdt,
        expires_at=proposal.expires_at,
    )
