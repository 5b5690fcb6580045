"""A text as a data set: each character is to be predicted from those before it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from core.datasets.dataset import Dataset
from core.datasets.split import Examples
from core.datasets.vocabulary import Vocabulary
from core.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def character_text(
    name: str,
    label: str,
    read: Callable[[], str],
    length: int,
    source: str,
    licence: str,
    prompt: str = "",
    suggested: Mapping[str, object] | None = None,
    also: str = "",
) -> Dataset:
    """The text that `read` returns, as a data set for a language model of characters.

    Args:
        name: as links and the registry have it.
        label: as menus show it.
        read: returns the whole text, the same at every call; called when it is first needed.
        length: characters of one example.
        source: author, title and year.
        licence: what the text may be used for.
        prompt: what the page's model goes on from; "" for the beginning of the validation part.
        suggested: settings that suit it, by name.
        also: further words by which a person may look for it.
    """
    vocabulary = cache(lambda: Vocabulary.of_characters(read(), N_("characters of one validation text")))
    return Dataset(
        name=name,
        label=label,
        also=also,
        task="text",
        kind="text",
        make=lambda: pieces(read(), vocabulary(), length),
        input_shape=(length,),
        target=N_("next character"),
        source=source,
        licence=licence,
        ordered=True,
        vocabulary=vocabulary,
        prompt=prompt,
        suggested=suggested or {},
    )


def pieces(text: str, vocabulary: Vocabulary, length: int) -> Examples:
    """The text cut into pieces, x int32 (n, length), a rest left out; y is the same, one character further on."""
    tokens = vocabulary.encode(text)
    n = (len(tokens) - 1) // length
    x, y = (tokens[first : first + n * length].reshape(n, length) for first in (0, 1))
    return Examples(x, y)
