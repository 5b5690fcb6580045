"""What several runs teach side by side: their curves on one axis, and what may be said of their differences.

May import core.engines and core.store, and whatever stands below them.
"""
