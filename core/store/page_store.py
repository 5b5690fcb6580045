"""The store of a page's runs: in memory, in a file that was named, or a visitor's part of the served app's file."""

from __future__ import annotations

import logging
import os
import re
import secrets
import threading
from urllib.parse import parse_qs

from core.store.run_store import RunStore
from core.store.tables.run_file import StoreError

log = logging.getLogger(__name__)

FILE = "DESCENT_LAB_RUNS"  # in the environment of the served app
KEY = "runs"  # in a link: whose runs they are
LEGAL_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class PageStore:
    """Opens a store when it is first called for, since a page is made before its visitor is known."""

    def __init__(self, runs: str | os.PathLike[str] | RunStore | None = None) -> None:
        """Takes a file, which is opened at once, or a store; by default the served app's file or none.

        Raises:
            StoreError: The file cannot be opened; the sentence says why.
        """
        self._lock = threading.Lock()
        self._served = os.environ.get(FILE) if runs is None else None
        self.visitor = ""
        self._store = runs if isinstance(runs, RunStore) or runs is None else RunStore(runs)

    def __call__(self) -> RunStore:
        """The store; in memory where the served app's file cannot be opened."""
        with self._lock:
            if self._store is None:
                self._store = self._opened()
            return self._store

    def greet(self, query: str) -> str:
        """Takes the key in a link's `query`, or else makes one; "" where all pages have a store of their own."""
        if self._served is not None and not self.visitor:
            asked = parse_qs(query.removeprefix("?")).get(KEY, [""])[-1]
            self.visitor = asked if LEGAL_KEY.fullmatch(asked) else secrets.token_urlsafe(16)
        return self.visitor

    def _opened(self) -> RunStore:
        if self._served is None:
            return RunStore()
        try:
            return RunStore(self._served, self.visitor or secrets.token_urlsafe(16))
        except StoreError as error:
            log.error("%s", error)
            store = RunStore()
            store.notice = str(error)
            return store
