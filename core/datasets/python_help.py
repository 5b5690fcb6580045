"""Python's own language reference, from the running interpreter, as text to learn from.

`pydoc_data.topics` is what `help()` prints about the language: some 380 thousand characters of English and
grammar. It is in the standard library, so nothing is shipped; it differs a little from one Python to the next.
"""

from functools import cache

from core.datasets.character_text import character_text
from core.field import ConfigError
from core.language import N_, _


@cache
def text() -> str:
    """All topics in alphabetical order, every paragraph once.

    Many paragraphs stand under several topics. Kept, they would be in the training and the validation part
    at once, and reciting them would look like learning. Raises ConfigError where Python came without them.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise ConfigError(_("This Python came without its help texts, so there is no text to learn from.")) from None
    paragraphs = (part.strip("\n") for name in sorted(topics) for part in topics[name].split("\n\n"))
    return "\n\n".join(dict.fromkeys(paragraphs))


PYTHON_HELP = character_text(
    name="python_help",
    label=N_("Text: Python's help"),
    also=N_("language model characters GPT text generation"),
    read=text,
    length=64,
    source="The Python Software Foundation, The Python language reference, pydoc_data.topics, 2001",
    licence=N_("PSF-2.0 (part of Python, not shipped)"),
    suggested={"family": "rnn_text", "size": 38_000, "width": 64, "depth": 1, "epochs": 4},
)
