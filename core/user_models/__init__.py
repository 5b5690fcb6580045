"""A Keras model and data of a person's own: what they are, what is to be learned, and how they travel.

May import learning and all rooms of core below it.
"""
