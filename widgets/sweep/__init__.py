"""The sweep's part of the Compare tab: rate test, sweep over settings, race.

May import core, and of widgets board, charts and controls.
"""
