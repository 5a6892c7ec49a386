"""The socket `/v5/public/misc/status`: what the venue says of its own maintenance (spec 3.1)."""

from exchange_sim.engine.events import Event, TickHappened
from exchange_sim.engine.exchange import Exchange
from exchange_sim.faults.streams_status import Notice, Notices
from exchange_sim.server.messages import compact
from exchange_sim.server.rows.status_rows import maintenance_row
from exchange_sim.server.streams.session import (
    Message,
    Session,
    arguments,
    failure,
    pong,
    subscription_reply,
)

TOPIC = "system.status"


class StatusChannel:
    """Serves every status socket; its one topic begins with what is going on, if anything is."""

    def __init__(self, exchange: Exchange, notices: Notices) -> None:
        self._exchange = exchange
        self._notices = notices
        self._listeners: list[Session] = []
        exchange.subscribe(self._happened, ticks=True)

    def answer(self, session: Session, message: Message) -> None:
        """Handle a ping, a subscription or its end."""
        match message.get("op"):
            case "ping":
                session.acknowledge(pong(session, message))
            case "subscribe":
                self._subscribe(session, message)
            case "unsubscribe":
                self.leave(session)
                session.acknowledge(subscription_reply(session, message))
            case _:
                session.acknowledge(failure(session, message, "error:invalid op"))

    def undecodable(self, session: Session, text: str) -> None:
        """Refuse a frame that is not a JSON object."""
        problem = f"Failed to decode incoming data:{text[:100]}"
        session.acknowledge(failure(session, {}, problem))

    def leave(self, session: Session) -> None:
        """Forget `session`."""
        if session in self._listeners:
            self._listeners.remove(session)
            session.topics.discard(TOPIC)

    def _subscribe(self, session: Session, message: Message) -> None:
        wrong = [topic for topic in arguments(message) if topic != TOPIC]
        problem = f"error:handler not found,topic:{wrong[0]}" if wrong else ""
        if session in self._listeners:
            problem = problem or f"error:already subscribed,topic:{TOPIC}"
        session.acknowledge(subscription_reply(session, message, problem))
        if problem:
            return
        self._listeners.append(session)
        session.topics.add(TOPIC)
        if self._notices.current:
            session.outbox.put(self._frame(self._notices.current))

    def _happened(self, event: Event) -> None:
        if not isinstance(event, TickHappened):
            return
        news = self._notices.news(event.tick.ts_ms)
        if news:
            frame = self._frame(news)
            for session in self._listeners:
                session.outbox.put(frame)

    def _frame(self, notices: list[Notice]) -> str:
        rows = [maintenance_row(notice) for notice in notices]
        return compact({"topic": TOPIC, "ts": self._exchange.now_ms, "data": rows})
