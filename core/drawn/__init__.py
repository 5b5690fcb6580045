"""Points of two classes that a person draws: their text in a link, and what the strokes of a hand make of them.

Imports `core.field` and `core.language`.
"""
