"""The controls: settings, playback, upload and header.

May import widgets.board.
"""
