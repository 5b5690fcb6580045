"""Charts: each builds its figure once and turns a moment of the run into an update.

May import widgets.board.
"""
