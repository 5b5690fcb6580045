"""Model families without a trainer: sizes, layers, parameter counts.

May import core.datasets.
"""
