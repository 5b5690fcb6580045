"""Experiments on the Compare tab: two settings over paired seeds, and the law of model size.

May import core, and of widgets board, controls, charts and compare.
"""
