"""The tokens of a data set, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Vocabulary:
    """Tokens, the whole numbers from 0 to `size` - 1.

    `texts` is how each is shown, in order; () where nobody knows what it stands for. `places` says, for a chart's
    note, what the tokens of one example are: "words of one review".

    >>> abc = Vocabulary.of_characters("cabbage", "letters")
    >>> abc.texts, abc.encode("bag").tolist(), abc.decode([2, 0, 1])
    (('a', 'b', 'c', 'e', 'g'), [1, 0, 4], 'cab')
    """

    size: int
    places: str
    texts: tuple[str, ...] = ()

    @classmethod
    def of_characters(cls, text: str, places: str) -> Vocabulary:
        """Every character of `text`, sorted."""
        characters = tuple(sorted(set(text)))
        return cls(len(characters), places, characters)

    def encode(self, text: str) -> np.ndarray:
        """The tokens of the characters of `text`, int32 (n,); characters that are no token are left out."""
        return np.array([self._tokens[character] for character in text if character in self._tokens], np.int32)

    def decode(self, tokens: Sequence[int] | np.ndarray) -> str:
        """The text of whole-number tokens (n,)."""
        return "".join(self.texts[token] for token in tokens)

    @cached_property
    def _tokens(self) -> dict[str, int]:
        return {text: token for token, text in enumerate(self.texts)}
