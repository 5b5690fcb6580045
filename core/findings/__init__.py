"""A model's answers: one probe a file, and the results of all of them in one.

May import learning, training and datasets.
"""
