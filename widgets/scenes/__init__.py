"""What the page shows of one problem.

May import cards, charts, controls and board.
"""
