"""Kept runs: their settings, results and histories, in memory or in a SQLite file.

May import core.export and whatever stands below it.
"""
