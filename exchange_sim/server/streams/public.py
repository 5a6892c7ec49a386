"""The public socket `/v5/public/linear`: subscriptions to market topics and their pushes."""

from exchange_sim.engine.events import Event, TickHappened
from exchange_sim.engine.exchange import Exchange
from exchange_sim.market.feed import Market
from exchange_sim.server.messages import compact
from exchange_sim.server.numbers import Row
from exchange_sim.server.streams.feeds import Feed, open_feed
from exchange_sim.server.streams.session import (
    Message,
    Session,
    arguments,
    echo,
    failure,
    subscription_reply,
)


class PublicChannel:
    """Serves every public socket; topics nobody listens to cost nothing."""

    def __init__(self, exchange: Exchange, market: Market) -> None:
        self._exchange = exchange
        self._market = market
        self._feeds: dict[str, Feed] = {}
        self._listeners: dict[str, list[Session]] = {}
        self._topics_of: dict[str, list[str]] = {}
        exchange.subscribe(self._happened, ticks=True)

    def answer(self, session: Session, message: Message) -> None:
        """Handle a ping, a subscription or its end."""
        match message.get("op"):
            case "ping":
                session.acknowledge(_pong(session, message))
            case "subscribe":
                self._subscribe(session, message)
            case "unsubscribe":
                self._unsubscribe(session, message)
            case _:
                session.acknowledge(failure(session, message, "error:invalid op"))

    def undecodable(self, session: Session, text: str) -> None:
        """Refuse a frame that is not a JSON object."""
        problem = f"Failed to decode incoming data:{text[:100]}"
        session.acknowledge(failure(session, {}, problem))

    def leave(self, session: Session) -> None:
        """Forget `session` and the feeds only it listened to."""
        for topic in tuple(session.topics):
            self._drop(session, topic)

    def _subscribe(self, session: Session, message: Message) -> None:
        topics = [str(topic) for topic in arguments(message)]
        problem = self._problem(session, topics)
        session.acknowledge(subscription_reply(session, message, problem))
        if problem:
            return
        for topic in topics:
            self._listen(session, topic)

    def _problem(self, session: Session, topics: list[str]) -> str:
        """Why nothing of the request can be subscribed; empty if all of it can."""
        now_ms = self._exchange.now_ms
        for topic in topics:
            known = topic in self._feeds or open_feed(topic, self._market, now_ms) is not None
            if not known:
                return f"error:handler not found,topic:{topic}"
            if topic in session.topics:
                return f"error:already subscribed,topic:{topic}"
        return "" if topics else "error:no topic in args"

    def _listen(self, session: Session, topic: str) -> None:
        feed = self._feeds.get(topic) or open_feed(topic, self._market, self._exchange.now_ms)
        assert feed is not None, f"{topic} was checked before"
        if topic not in self._feeds:
            self._feeds[topic] = feed
            self._topics_of.setdefault(_symbol(topic), []).append(topic)
        session.topics.add(topic)
        self._listeners.setdefault(topic, []).append(session)
        for frame in feed.opening():
            session.outbox.put(compact(frame))

    def _unsubscribe(self, session: Session, message: Message) -> None:
        for topic in map(str, arguments(message)):
            if topic in session.topics:
                self._drop(session, topic)
        session.acknowledge(subscription_reply(session, message))

    def _drop(self, session: Session, topic: str) -> None:
        session.topics.discard(topic)
        self._listeners[topic].remove(session)
        if not self._listeners[topic]:
            del self._feeds[topic], self._listeners[topic]
            self._topics_of[_symbol(topic)].remove(topic)

    def _happened(self, event: Event) -> None:
        if not isinstance(event, TickHappened):
            return
        tick = event.tick
        for topic in self._topics_of.get(tick.symbol, ()):
            for frame in self._feeds[topic].moved(tick.ts_ms):
                text = compact(frame)
                for session in self._listeners[topic]:
                    session.outbox.put(text)


def _symbol(topic: str) -> str:
    return topic.rpartition(".")[2]


def _pong(session: Session, message: Message) -> Row:
    return {
        "success": True,
        "ret_msg": "pong",
        "conn_id": session.connection_id,
        "req_id": "",
        **echo(message),
        "op": "ping",
    }
