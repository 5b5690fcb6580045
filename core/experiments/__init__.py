"""What runs teach side by side: their curves on one axis, and the statistics of what differs.

May import core.store and whatever stands below it.
"""
