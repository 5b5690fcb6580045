"""A session, and the scenes that show the run of a problem.

May import cards, charts, controls and board.
"""
