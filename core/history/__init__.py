"""Histories: what was recorded of a run, in bounded memory, thinned for a screen.

May import core.training.
"""
