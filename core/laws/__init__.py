"""Laws of a loss by model size and by data: measured, fitted, and graded by what they foretold.

May import core.experiments and core.engines, and whatever stands below them.
"""
