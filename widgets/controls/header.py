"""Header: what belongs to the whole page and to no single control.

It is the title, the buttons (language, theme, projector size, link, help), the page's look, the accessible
names, the keyboard shortcuts, and the heartbeat that tells a visitor when the kernel is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from core.config.settings import FIELDS
from core.language import N_, _, language, languages, own_name, pgettext, shown
from core.store.run_link import KEYS as RUN_KEYS
from core.versions import KEY, versions_in_link
from widgets.controls.help import help_sections
from widgets.controls.page_language import LANGUAGE_KEY
from widgets.controls.validated_widgets import ValidatedWidget, is_text
from widgets.front_end import joined_module, style_sheet

LONGEST_TAG = 35  # characters; the longest language tag that RFC 5646 asks programs to take

FILES = (
    (".py", N_("Keras script (.py)")),
    (".keras", N_("Model (.keras)")),
    (".onnx", N_("Model and its report (ONNX)")),
    (".tflite", N_("Model and its report (LiteRT)")),
    (".savedmodel", N_("Model and its report (SavedModel)")),
    (".xml", N_("Model and its report (OpenVINO)")),
    (".triton", N_("Model repository for Triton (ONNX)")),
    (".csv", N_("History (.csv)")),
    (".json", N_("History (.json)")),
    (".npz", N_("History (.npz)")),
)

OnEvent = Callable[[str, dict[str, Any]], None]


class Header(ValidatedWidget, anywidget.AnyWidget):
    """The header of the page, to be the first child of the box with class `dl-root`.

    `labels` maps CSS classes to the accessible names of what is inside, `groups` those of menus to the groups of their
    entries, as [label, how many], `search_words` those of menus to what each of their entries can be found by, and
    `explanations` those of controls to what is said of them where "?" is pressed; `query` is the link to copy, without
    "?", and `link_keys` are all names that it may set; `saved` is what the browser is to keep of the run, beside that
    link, when the page is opened anew; `texts`, `help`, `language` and `languages`, pairs of a tag and the language's
    own name, are what the header itself shows. `greeted` is set once the language and the link of a page that said
    hello have been taken. `address_only` is a query that the address bar has beside the link, and no link that is
    copied: it says who a visitor is. `speed` is the pace as a link says it. `files` are those to take away, an ending
    and words each. `lesson` says what a lesson hides and opens, as `lesson_in` reads it; `versions` is the part of a
    copied link that says what trained. `recorded` says of a run that rests where it stands and how far it may be taken:
    "step", "recorded" and "total"; it is empty while there is nothing to scrub.
    """

    _esm = joined_module(Path(__file__).with_suffix(".js"))
    _css = style_sheet()

    labels = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    groups = t.Dict().tag(sync=True)
    search_words = t.Dict().tag(sync=True)
    explanations = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    query = t.Unicode("").tag(sync=True)
    link_keys: Any = t.Tuple(default_value=(*FIELDS, LANGUAGE_KEY, KEY, *RUN_KEYS)).tag(sync=True)
    saved = t.Dict().tag(sync=True)
    speed = t.Unicode().tag(sync=True)
    texts = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    help = t.Any(()).tag(sync=True)
    language = t.Unicode().tag(sync=True)
    address_only = t.Unicode("").tag(sync=True)
    greeted = t.Bool(False).tag(sync=True)
    languages: Any = t.List().tag(sync=True)
    tabs: Any = t.List().tag(sync=True)
    files: Any = t.List().tag(sync=True)
    lesson = t.Dict().tag(sync=True)
    recorded = t.Dict().tag(sync=True)
    versions = t.Unicode(versions_in_link()).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._event_callbacks: list[OnEvent] = []
        super().__init__(**{**_own_texts(), **traits})
        self.on_msg(self._answer)

    def retranslate(self) -> None:
        """Write every text in the language in use, but for `labels`, which are their owners'."""
        with self.hold_sync():
            for name, value in _own_texts().items():
                setattr(self, name, value)

    def say_of_link(self, copied: str) -> None:
        """Has the button that copies the link say `copied` when it has."""
        if self.texts["copied"] != copied:
            self.texts = {**self.texts, "copied": copied}

    def on_event(self, callback: OnEvent) -> None:
        """Call `callback(kind, payload)` for what happens on the page.

        "hello" {"query": its URL's, "language": the browser's tag, or "" if it gives none, "saved": what the browser
        has kept of a run, or None, "table": the table of that run with its "data", or None}: a view opened. What the
        browser has kept may be anything, and "data" None if it could not keep it.
        "language" {"language": one of `languages`}: a person chose it.
        "undo" {}: a person wants the newest change taken back. "redo" {}: and made again.
        "dismiss" {}: a person has read the notice.
        "tab" {"tab": the name of one of `tabs`}: that is in sight from now on.
        "go" {"step": 40}: a person takes the run to that step.
        "save" {"ending": ".py"}: a person wants that file of the run; `give` sends it.
        """
        self._event_callbacks.append(callback)

    def give(self, name: str, content: bytes) -> None:
        """Hand a file to the browser."""
        self.send({"kind": "saved", "name": name}, buffers=[content])

    def give_nothing(self) -> None:
        """Say that there will be no file."""
        self.send({"kind": "not_saved"})

    def _emit(self, kind: str, payload: dict[str, Any]) -> None:
        for callback in self._event_callbacks:
            callback(kind, payload)

    def _answer(self, _widget: object, content: dict[str, Any], buffers: object) -> None:
        kind, query, tag = content.get("kind"), content.get("query"), content.get("language")
        if kind == "ping":
            self.send({"kind": "pong"})
        elif kind == "hello" and is_text(query):
            kept = {"saved": content.get("saved"), "table": _table_in(content, buffers)}
            self._emit("hello", {"query": query, "language": tag if _is_tag(tag) else "", **kept})
        elif kind == "language" and _is_tag(tag) and tag in languages():
            self._emit("language", {"language": tag})
        elif kind in ("undo", "redo", "dismiss"):
            self._emit(kind, {})
        elif kind == "tab" and content.get("tab") in [name for name, _label in self.tabs]:
            self._emit("tab", {"tab": content["tab"]})
        elif kind == "go" and type(content.get("step")) is int and content["step"] >= 0:
            self._emit("go", {"step": content["step"]})
        elif kind == "save" and isinstance(content.get("ending"), str):
            self._emit("save", {"ending": content["ending"]})


def _is_tag(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TAG


def _table_in(content: dict[str, Any], buffers: object) -> dict[str, object] | None:
    table = content.get("table")
    data = buffers[0] if isinstance(buffers, list) and buffers else None
    return {**table, "data": data} if isinstance(table, dict) else None


def _own_texts() -> dict[str, Any]:
    """The header's traits that hold text, in the language in use."""
    return {
        "texts": _texts(),
        "help": help_sections(),
        "language": language(),
        "languages": [[tag, own_name(tag)] for tag in languages()],
        "files": [[ending, shown(words)] for ending, words in FILES],
    }


def _texts() -> dict[str, str]:
    """Return the texts that the page's JavaScript shows, by its names for them."""
    return {
        "title": _("Descent Lab"),
        "tabs": _("Parts of the page"),
        "languages": _("Language"),
        "projector": _("Projector"),
        "projector_hint": _("Larger type, for a room"),
        "full_screen": _("Open full screen"),
        "leave_full_screen": _("Leave full screen"),
        "save": _("Save as …"),
        "picture": _("Picture of the page (.png)"),
        "no_picture": _("No picture"),
        "scrubber": _("Go to a step that was recorded"),
        "at_step": _("Step {step}"),
        "copy": _("Copy link"),
        "copy_view": _("Copy link with view"),
        "copy_view_hint": _("The link also says how the page looks: its theme, its size, what is in sight"),
        "copy_presentation": _("Copy presentation link"),
        "copy_presentation_hint": _(
            "It opens the page as it looks now, with its speed, and plays by itself; a reload plays nothing"
        ),
        "copied": _("Copied"),
        "not_copied": _("Not copied"),
        "light": pgettext("theme", "Light"),
        "light_name": _("Light theme"),
        "dark": pgettext("theme", "Dark"),
        "dark_name": _("Dark theme"),
        "controls": _("Settings"),
        "stage": _("The run"),
        "help": _("Help"),
        "close": _("Close"),
        "exact": _("{name}, exact value"),
        "about": _("About {name}"),
        "pause": pgettext("button", "Pause"),
        "find": _("Find a problem"),
        "nothing_found": _("No problem of this name"),
        "space": _("Space"),
        "lost": _("The connection to the kernel is lost. What you see is no longer live."),
        "gone": _("The kernel of this page has ended. Reload brings back its settings, its run and its step."),
        "gone_notebook": _(
            "The kernel of this page has ended. Reload, and then run the cell again: that brings back its settings, "
            "its run and its step."
        ),
        "reload": _("Reload"),
    }
