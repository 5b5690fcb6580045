"""Messages to widgets are taken by the shell that the page sent them to, whichever spoke last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw
import pytest
from ipykernel.comm.comm import BaseComm

from widgets.comm_routing import hear_as_sent

if TYPE_CHECKING:
    from collections.abc import Callable

AN_ENDED_SHELL = "an ended shell"


class SilentComm(BaseComm):
    """ipykernel's comm, which speaks to nobody."""

    def publish_msg(self, *_: object, **__: object) -> None: ...


@pytest.fixture
def spoken() -> Callable[..., ipw.VBox]:
    """Makes a box of those widgets, whose last message was sent in a turn of a shell that has ended."""

    def make(*children: ipw.Widget) -> ipw.VBox:
        box = ipw.VBox(children)
        for widget in (box, *children):
            widget.comm = SilentComm(target_name="jupyter.widget")
            widget.comm._reply_subshell_id = AN_ENDED_SHELL
        return box

    return make


def shell_of(widget: ipw.Widget) -> str | None:
    return widget.comm._reply_subshell_for({}, "the one named")


def test_ipykernel_itself_hands_a_message_to_the_shell_that_spoke_last(spoken: Callable[..., ipw.VBox]) -> None:
    assert shell_of(spoken()) == AN_ENDED_SHELL  # if it no longer does, hear_as_sent has nothing left to do


def test_messages_go_where_they_were_sent(spoken: Callable[..., ipw.VBox]) -> None:
    child = spoken(ipw.Label())
    box = spoken(child, ipw.Label())
    hear_as_sent(box)
    assert {shell_of(widget) for widget in (box, child, *child.children, box.children[1])} == {"the one named"}


def test_so_do_those_to_what_comes_later(spoken: Callable[..., ipw.VBox]) -> None:
    box, later = spoken(ipw.Label()), spoken(ipw.Label())
    hear_as_sent(box)
    box.children = (*box.children, later)
    later.children = spoken(ipw.Label()).children
    assert shell_of(later) == shell_of(later.children[0]) == "the one named"


def test_a_widget_without_such_a_comm_is_left_alone() -> None:
    label = ipw.Label()  # no kernel: its comm speaks to nobody, and knows nothing of shells
    hear_as_sent(label)
    assert not hasattr(label.comm, "_reply_subshell_for")
