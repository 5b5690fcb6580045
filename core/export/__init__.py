"""What a person takes away from a run: its history, its model and a script of it, for other programs.

May import core.runs and whatever stands below it.
"""
