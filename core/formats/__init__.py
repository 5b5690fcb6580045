"""A trained model in the formats that other programs read, each with a report of how equal its answers are.

May import core.learning, core.models, core.datasets and whatever stands below them.
"""
