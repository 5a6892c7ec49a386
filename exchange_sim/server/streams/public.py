"""The public socket `/v5/public/linear`: subscriptions to market topics and their pushes."""

from exchange_sim.engine.events import Event, TickHappened
from exchange_sim.engine.exchange import Exchange
from exchange_sim.faults.streams import StreamFaults
from exchange_sim.market.feed import Market
from exchange_sim.server.messages import compact
from exchange_sim.server.numbers import Row
from exchange_sim.server.streams.book_feed import RESTARTED, BookFeed
from exchange_sim.server.streams.feeds import Feed, open_feed
from exchange_sim.server.streams.session import (
    Message,
    Session,
    arguments,
    failure,
    pong,
    subscription_reply,
)


class PublicChannel:
    """Serves every public socket; topics nobody listens to cost nothing."""

    def __init__(
        self, exchange: Exchange, market: Market, faults: StreamFaults | None = None
    ) -> None:
        self._exchange = exchange
        self._market = market
        self._faults = faults
        self._restarted_ms: int | None = None
        self._feeds: dict[str, Feed] = {}
        self._listeners: dict[str, list[Session]] = {}
        self._topics_of: dict[str, list[str]] = {}
        exchange.subscribe(self._happened, ticks=True)

    def answer(self, session: Session, message: Message) -> None:
        """Handle a ping, a subscription or its end."""
        match message.get("op"):
            case "ping":
                session.acknowledge(pong(session, message))
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

    def restart_books(self) -> None:
        """Start every book anew with a snapshot and u from 1, as the venue does at a restart.

        Books that are subscribed later count from then, too.
        """
        self._restarted_ms = self._exchange.now_ms
        for topic, feed in self._feeds.items():
            if isinstance(feed, BookFeed):
                self._push(topic, feed.restarted(self._exchange.now_ms))

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
        feed = self._feeds.get(topic) or self._open(topic)
        session.topics.add(topic)
        self._listeners.setdefault(topic, []).append(session)
        for frame in feed.opening():
            session.outbox.put(compact(frame))

    def _open(self, topic: str) -> Feed:
        now_ms = self._exchange.now_ms
        feed = open_feed(topic, self._market, now_ms)
        assert feed is not None, f"{topic} was checked before"
        if isinstance(feed, BookFeed) and self._restarted_ms is not None:
            feed.restarted(now_ms, RESTARTED + now_ms - self._restarted_ms)
        self._feeds[topic] = feed
        self._topics_of.setdefault(_symbol(topic), []).append(topic)
        return feed

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
            self._push(topic, self._moved(topic, tick.ts_ms))

    def _moved(self, topic: str, now_ms: int) -> list[Row]:
        feed = self._feeds[topic]
        if self._faults is not None and self._faults.is_on and isinstance(feed, BookFeed):
            update = self._faults.restarted_book(topic)
            if update is not None:
                return feed.restarted(now_ms, update)
        return feed.moved(now_ms)

    def _push(self, topic: str, frames: list[Row]) -> None:
        for frame in frames:
            text = compact(frame)
            for session in self._listeners[topic]:
                session.outbox.put(text)


def _symbol(topic: str) -> str:
    return topic.rpartition(".")[2]
