"""Notices: how a run goes, as a good teacher would say it.

May import runs.
"""
