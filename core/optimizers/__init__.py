"""Update rules, learning-rate schedules and the settings that may change during a run.

Imports nothing of core but its ground floor.
"""
