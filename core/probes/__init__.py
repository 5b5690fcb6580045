"""Which probe looks when, in which thread.

May import findings and geometry.
"""
