"""The link of a page: it is read when the page is first seen, and follows its settings from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.language import _
from core.runs.saved_run import SavedRun
from core.store.run_link import RunLink
from widgets.controls import page_language
from widgets.controls.playback import pace_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from widgets.controls.header import Header
    from widgets.controls.playback import Playback
    from widgets.page.returning.reopening import Reopening


class PageLink:
    """Reads the link of the first view, once, and hands the link to the page as it is now to the header."""

    def __init__(self, header: Header, playback: Playback, reopening: Reopening, has_settings: bool) -> None:
        """`has_settings` is False for a page of somebody's own model, about which no link says anything."""
        self._header, self._playback, self._reopening = header, playback, reopening
        self._has_settings = has_settings
        self._is_read = not has_settings
        self._language: str | None = None  # that the link asks for, or a person chose
        self._visitor = ""  # the part of the address that says whose runs these are
        self._opened: tuple[RunLink, TrainingConfig] | None = None  # the kept run on the page, with its settings

    def greet(self, query: str, suggested: str) -> None:
        """Takes the language that the first link asks for, else the `suggested` one, which is the browser's."""
        asked = None if self._is_read else page_language.language_in(query)
        if asked is None:
            page_language.suggest(suggested)
        else:
            self._language = page_language.choose(asked)

    def choose_language(self, tag: str) -> None:
        """Shows this page, and all others of this process, in the language nearest to `tag`; the link says so too."""
        self._language = tag
        page_language.choose(tag)

    def read(
        self,
        query: str,
        saved: object,
        table: Mapping[str, object] | None,
        begin: Callable[[TrainingConfig], None],
        open_run: Callable[[RunLink], str | None],
    ) -> str | None:
        """Begins with what the first link says, or with the run that was `saved` and its `table`.

        `open_run` is called with a kept run that the link names, and returns a sentence if it cannot be had; then, and
        where none is named, `begin` is called with settings that are not the page's own. Returns a sentence on what
        could not be used.
        """
        if self._is_read:
            return None
        self._is_read = True
        run = SavedRun.read(query, saved)
        if run is not None:
            self._reopening.begin(run, table)
            return None
        if (pace := pace_in(query)) is not None:
            self._playback.choose_pace(pace)
        asked = RunLink.read(query)
        refused = None if asked is None else open_run(asked)
        if asked is not None and refused is None:
            return None
        config, refusals = TrainingConfig.from_query(query)
        if config != TrainingConfig():
            begin(config)
        return refused or (refusals[0] if refusals else None)

    def note_visitor(self, part: str) -> None:
        """Has the address bar, and no link that is copied, say whose runs these are: `part` of its query."""
        self._visitor = part
        self._write_address()

    def note_opened(self, run: RunLink, config: TrainingConfig) -> None:
        """Has the address bar name the kept `run`, until its settings are others than `config`."""
        self._opened = run, config

    def forget_opened(self) -> None:
        """Takes the kept run out of the address bar: the page's run begins anew."""
        self._opened = None
        self._write_address()

    def write(self, config: TrainingConfig, is_branch: bool = False) -> None:
        """Makes the link one to `config`, in the language that was asked for.

        That of a branch says, when it is copied, what it does not have.
        """
        self._header.say_of_link(_("Copied, without its weights") if is_branch else _("Copied"))
        query = config.to_query() if self._has_settings else ""
        self._header.query = page_language.with_language(query, self._language)
        if self._opened is not None and self._opened[1] != config:
            self._opened = None
        self._write_address()

    def _write_address(self) -> None:
        opened = "" if self._opened is None else self._opened[0].query
        self._header.address_only = "&".join(filter(None, (self._visitor, opened)))
