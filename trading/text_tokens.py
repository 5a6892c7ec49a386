"""How many tokens a text is, about: close enough to reserve money for it.

The real count needs the vocabulary of each model. This one follows how the published tokenisers
cut a text before they look words up (words, groups of at most three digits, marks, line ends:
https://github.com/openai/tiktoken, `cl100k_base` and `o200k_base`), and takes each piece for one
token, long words for several. Billing corrects it: see `trading.pricing.reconcile_ratio`.
"""

import re

# In this order: a word with the space before it, digits by threes, a line end with its indent,
# marks by twos as in "},", and single spaces that belong to nothing.
_PIECES = re.compile(r" ?[^\W\d_]+|\d{1,3}|\s*\n\s*|[^\w\s]{1,2}|_|\s+")
_LETTERS_PER_TOKEN = 7


def text_tokens(text: str) -> int:
    """Estimated tokens of `text`; 0 for an empty one.

    Letters outside ASCII count as a token each: rarely too little, often too much.
    """
    return sum(_tokens_of(piece) for piece in _PIECES.findall(text))


def _tokens_of(piece: str) -> int:
    if piece.isascii():
        return -(-len(piece) // _LETTERS_PER_TOKEN)
    return sum(1 for character in piece if character != " ")
