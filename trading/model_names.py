"""Whether the model that answers is the one that was asked, as far as names tell."""


def is_same_model(asked: str, answered: str) -> bool:
    """Whether `answered` names the model that was `asked`, or a dated one of it.

    A router's prefix ("openai/gpt-5") does not count, nor does a server that names none.
    """
    wanted, named = (name.lower().rpartition("/")[2] for name in (asked, answered))
    return not named or named.startswith(wanted) or wanted.startswith(named)
