"""What a person sets and presses.

May import widgets.board.
"""
