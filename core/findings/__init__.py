"""A model's answers: one probe and its result a file.

May import learning, training and datasets.
"""
