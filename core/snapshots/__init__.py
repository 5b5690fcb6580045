"""Copies of a trainer's state along a run, from which it can go on again.

May import core.training and whatever stands below it.
"""
