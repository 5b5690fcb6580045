"""The help of the page: what the keys, the charts and the controls do."""

from __future__ import annotations

from core.language import _, pgettext

Section = tuple[str, tuple[tuple[str, str], ...]]  # a heading and its (term, meaning) pairs, as plain text


def help_sections() -> tuple[Section, ...]:
    """The sections of the help in the language in use."""
    return (_keyboard(), _charts(), _models(), _controls())


def _keyboard() -> Section:
    return _("Keyboard"), (
        (_("Space"), _("Play or pause.")),
        ("→", _("One step.")),
        ("R", _("Reset: the same run from its start.")),
        ("C", _("Fold the controls away, or bring them back.")),
        ("P", _("Show or hide a pointer that a room can see.")),
        ("D", _("Take up the pen or put it down; Esc clears what was drawn.")),
        (_("Ctrl+Z"), _("Undo: takes back a setting, a click on the surface or a reset, with the run that it ended.")),
        (_("Ctrl+Shift+Z, Ctrl+Y"), _("Redo: makes again what was taken back.")),
        ("F", _("Enlarge the chart under the pointer, then arrow keys go on; Esc brings all back.")),
        ("Esc", _("Close this help.")),
    )


def _charts() -> Section:
    return _("What the charts show"), (
        (
            _("Loss"),
            _("What the optimizer minimises, at every step so far, with the changes of the learning rate."),
        ),
        (
            _("Loss surface"),
            _(
                "The loss for every pair of parameters, bright where it is low; the path so far, the "
                "negative gradient, the momentum and the update about to be made. Click to start from there."
            ),
        ),
        (
            _("Model"),
            _("The data and the line the parameters describe now, or the coordinates by step."),
        ),
        (
            _("The next step"),
            _(
                "The loss along the direction of the next update: how far this learning rate goes, and how "
                "far would be too far."
            ),
        ),
    )


def _models() -> Section:
    return _("Where a model learns from data"), (
        (_("Loss, accuracy"), _("On training and on held-out examples; dotted, the best that needs no model.")),
        (_("Answers"), _("What the model says of held-out data: boundary, samples, confusion, forecast, text.")),
        (_("Layers"), _("The norm of each layer's gradient, or how far an update moves its weights.")),
        (_("Curvature"), _("The steepest direction against what the learning rate bears: a local estimate.")),
        (_("Loss landscape"), _("Losses on a plane around the path; it says how far the plane is from the truth.")),
        (
            pgettext("a chart's note", "at step"),
            _("Findings that take time are made now and then, and say at which step."),
        ),
    )


def _controls() -> Section:
    return _("What the controls do"), (
        (
            pgettext("applies to the next step of a run", "live"),
            _("Applies to the very next step of the run in progress."),
        ),
        (_("the others"), _("Start a new run, since they change what is minimised or how.")),
        (_("Learning rate track"), _("Slow, stable, best and the limit, here; beyond it the loss grows.")),
        (_("Number boxes"), _("Take exact values, also beyond the slider's ends.")),
    )
