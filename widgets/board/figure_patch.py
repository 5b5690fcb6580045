"""The attributes in which two figures of one structure differ, by Plotly's paths.

A figure in another language differs in a few texts. Changing those keeps what a person zoomed to and all that was
drawn since, and costs the page a fraction of a new plot.
"""

from __future__ import annotations

from typing import Any

Patch = dict[str, Any]


def figure_patch(before: Patch, after: Patch) -> Patch | None:
    """Return {"traces": {index: {path: value}}, "layout": {path: value}} that makes the one figure the other.

    Both are encoded figures, their arrays taken for equal where they have equal places among equal buffers.
    None if they have other traces.

    >>> figure_patch({"data": [{"name": "loss"}], "layout": {}}, {"data": [{"name": "Verlust"}], "layout": {}})
    {'traces': {'0': {'name': 'Verlust'}}, 'layout': {}}
    """
    old, new = before["data"], after["data"]
    if [trace.get("type") for trace in old] != [trace.get("type") for trace in new]:
        return None
    traces = {str(index): _differences(*pair) for index, pair in enumerate(zip(old, new, strict=True))}
    return {
        "traces": {index: differing for index, differing in traces.items() if differing},
        "layout": _differences(before["layout"], after["layout"]),
    }


def _differences(before: Any, after: Any, path: str = "") -> Patch:
    """The values of `after` at the paths at which `before` has another value, or none; None where `after` has none."""
    if _is_tree(before) and _is_tree(after):
        names = dict.fromkeys([*before, *after])
        pairs = [(before.get(name), after.get(name), f"{path}.{name}" if path else name) for name in names]
    elif _is_list_of_trees(before) and _is_list_of_trees(after) and len(before) == len(after):
        pairs = [(*pair, f"{path}[{place}]") for place, pair in enumerate(zip(before, after, strict=True))]
    else:
        return {} if before == after else {path: after}
    return {name: value for pair in pairs for name, value in _differences(*pair).items()}


def _is_tree(value: Any) -> bool:
    return isinstance(value, dict) and "$buffer" not in value


def _is_list_of_trees(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_tree, value))
