"""The name of the one input of an exported model; costs no TensorFlow."""

from __future__ import annotations

INPUTS = "inputs"
