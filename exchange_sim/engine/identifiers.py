"""Ids and sequence numbers that are the same on every run."""

from collections import defaultdict
from hashlib import blake2b
from uuid import UUID


class Identifiers:
    """Counters behind order ids, execution ids and the match sequence of each symbol."""

    def __init__(self) -> None:
        self.issued = 0
        self.sequences: defaultdict[str, int] = defaultdict(int)

    def next_uuid(self) -> str:
        """A uuid-shaped id: the digest of how many were issued before."""
        self.issued += 1
        digest = blake2b(b"exchange_sim:%d" % self.issued, digest_size=16).digest()
        return str(UUID(bytes=digest, version=4))

    def next_sequence(self, symbol: str) -> int:
        """The number of the next match of `symbol`; it only grows."""
        self.sequences[symbol] += 1
        return self.sequences[symbol]
