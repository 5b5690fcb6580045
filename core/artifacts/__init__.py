"""Artifacts: smaller forms of a trained model, their files, and what is measured of them.

May import core.models, core.forking and what these import.
"""
