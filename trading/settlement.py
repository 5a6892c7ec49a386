"""Which rule settles a difference: take it over, put it right, or ask a human.

The exchange is right about what happened. What the owner did in Bybit's own app is therefore
taken over and told, never undone; what the desk lost it puts back; where the books cannot tell
whose money it is, a human decides (bybit_v5.md F7, F18, F24).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from trading.reconcile import DiscrepancyKind as Kind


class Response(StrEnum):
    """What is done about a difference."""

    ADOPT = "adopt"
    REPAIR = "repair"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of difference is settled; `text` is what the inbox shows.

    A human is asked when a difference is still there at the second sync that sees it, or `at_once`
    where waiting tells nothing new. `heals` says that the difference is over when it is not seen
    any more; what is a fact of the past does not heal. Of two differences with equal `identity`
    (names in the evidence, empty: all of it) the second is the one a human has settled already.
    """

    response: Response
    text: str
    at_once: bool = False
    heals: bool = True
    identity: tuple[str, ...] = ()


def _adopt(text: str) -> Rule:
    return Rule(Response.ADOPT, text, heals=False)


def _repair(text: str) -> Rule:
    return Rule(Response.REPAIR, text)


def _ask(text: str, identity: tuple[str, ...] = ()) -> Rule:
    return Rule(Response.ASK, text, identity=identity)


RULES: Mapping[Kind, Rule] = MappingProxyType(
    {
        Kind.EXTERNAL_ENTRY: _adopt("entered outside the desk"),
        Kind.EXTERNAL_CLOSE: _adopt("closed outside the desk"),
        Kind.UNKNOWN_ORDER: _adopt("placed outside the desk"),
        Kind.STOP_CHANGED: _adopt("moved outside the desk"),
        Kind.LEVERAGE_CHANGED: _adopt("leverage changed outside the desk"),
        Kind.TRANSFER_IN: _adopt("money came in"),
        Kind.TRANSFER_OUT: _adopt("money went out"),
        Kind.ADL: _adopt("the exchange reduced the position by auto-deleveraging"),
        Kind.LIQUIDATION: _adopt("the exchange liquidated the position"),
        Kind.MISSING_STOP: _repair("put the stop back, or close at the market"),
        Kind.ORPHAN_ORDER: _repair("cancel what the desk left behind without a position"),
        Kind.MISSING_ORDER: _repair("look the order up in the history"),
        Kind.ORDER_MISMATCH: _repair("take the exchange's next report"),
        Kind.MISSING_EXECUTION: _repair("read the executions again"),
        Kind.UNKNOWN_POSITION: _ask(
            "a position that no execution explains", ("direction", "quantity", "entry_price")
        ),
        Kind.MISSING_POSITION: _ask("a position of the books that the exchange does not have"),
        Kind.SIDE_MISMATCH: _ask("a position the other way round"),
        Kind.QUANTITY_MISMATCH: _ask("a position of another size"),
        Kind.PHANTOM_EXECUTION: Rule(
            Response.ASK, "an execution that the exchange does not have", heals=False
        ),
        Kind.UNKNOWN_EXECUTION: Rule(
            Response.ASK, "an execution of a kind nobody knows", at_once=True, heals=False
        ),
        Kind.FUNDING_MISMATCH: _ask("funding that ledger and executions tell differently"),
        Kind.MODE_SWITCHED: Rule(
            Response.ASK, "hedge mode: entries are halted until a human resumes", at_once=True
        ),
    }
)
"""The rule of every kind."""


def rule_name(kind: Kind) -> str:
    """The rule of `kind` as a stored row names it, such as `adopt external_entry`."""
    return f"{RULES[kind].response} {kind}"


def is_same(kind: Kind, evidence: Mapping[str, str], settled: Mapping[str, object]) -> bool:
    """Whether the difference that `evidence` shows is the one a human has `settled` before."""
    names = RULES[kind].identity or tuple(evidence)
    return all(name in settled and evidence.get(name) == settled[name] for name in names)
