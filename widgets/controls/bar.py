"""The bar of a page: what moves a run and what is known of it, in sight wherever the page is scrolled to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.controls.validated_widgets import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ipywidgets as ipw


def bar(hands: Sequence[ipw.Widget], told: Sequence[ipw.Widget]) -> Column:
    """A bar with `hands`, what a person moves, and `told`, what the page says; a phone has them at its two edges."""
    return _part("dl-bar", [_part("dl-hands", hands), _part("dl-told", told)])


def _part(css_class: str, children: Sequence[ipw.Widget]) -> Column:
    part = Column(list(children))
    part.add_class(css_class)
    return part
