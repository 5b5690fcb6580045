"""Load on a model server, and what a queue foretells of its latency.

May import core.serving and whatever stands below it.
"""
