"""The page, its session, and the scenes of problems.

May import cards, charts, controls and board.
"""
