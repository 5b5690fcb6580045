"""What a person takes away from a run: its history as files that other programs read.

May import core.runs and whatever stands below it.
"""
