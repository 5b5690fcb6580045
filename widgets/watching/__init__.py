"""The page of a `fit` of a person's own, which only watches.

May import cards, charts, controls and board, and the watching room of core.
"""
