"""Text for a character language model: Python's own language reference, from the running interpreter.

`pydoc_data.topics` is what `help()` prints about the language: some 380 thousand characters of English and
grammar. It is in the standard library, so nothing is shipped; it differs a little from one Python to the next.
"""

from functools import cache

import numpy as np

from core.datasets.split import Examples
from core.field import ConfigError

TEXT_LENGTH = 64  # characters of one example


@cache
def text() -> str:
    """All topics in alphabetical order, every paragraph once.

    Many paragraphs stand under several topics. Kept, they would be in the training and the validation part
    at once, and reciting them would look like learning. Raises ConfigError where Python came without them.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise ConfigError("This Python came without its help texts, so there is no text to learn from.") from None
    paragraphs = (part.strip("\n") for name in sorted(topics) for part in topics[name].split("\n\n"))
    return "\n\n".join(dict.fromkeys(paragraphs))


def alphabet() -> tuple[str, ...]:
    """Every character of the text, sorted: a token is an index into this."""
    return tuple(sorted(set(text())))


def encode(characters: str) -> np.ndarray:
    """The tokens of a text, int32; characters the alphabet lacks are left out."""
    index = {character: token for token, character in enumerate(alphabet())}
    return np.array([index[character] for character in characters if character in index], np.int32)


def decode(tokens: np.ndarray) -> str:
    """The text of int tokens."""
    letters = alphabet()
    return "".join(letters[token] for token in tokens)


def python_help() -> Examples:
    """x int32 (n, 64): the text cut into pieces of 64 characters; y the same, one character further on."""
    tokens = encode(text())
    n = (len(tokens) - 1) // TEXT_LENGTH
    shape = (n, TEXT_LENGTH)
    x = tokens[: n * TEXT_LENGTH].reshape(shape)
    y = tokens[1 : n * TEXT_LENGTH + 1].reshape(shape)
    return Examples(x, y, alphabet())
