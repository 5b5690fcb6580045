"""A person's own data, whatever they come as: arrays, what the loss takes for targets, what is held out.

May import learning and all rooms of core below it.
"""
