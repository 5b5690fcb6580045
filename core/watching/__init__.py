"""A `fit` of a person's own, recorded from outside: batch losses, epoch ends, norms of the layers, learning rate.

May import learning, runs and all rooms of core below them.
"""
