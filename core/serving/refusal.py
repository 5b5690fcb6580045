"""What a request is refused with: an HTTP status and one sentence."""

from __future__ import annotations


class RefusalError(Exception):
    """A request that gets no answer.

    Attributes:
        status: The HTTP status, 400 and above.
        sentence: Why, for whoever sent it; in English, as clients' logs are.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
