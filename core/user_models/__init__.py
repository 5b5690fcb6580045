"""A Keras model of a person's own: what it was compiled for, what is to be learned, and how it travels.

May import user_data and all rooms of core below it.
"""
