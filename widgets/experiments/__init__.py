"""Experiments on the Compare tab: two settings over paired seeds, the law of model size, and that of size and data.

May import core, and of widgets board, controls, charts and compare.
"""
