"""A model on data, ready to be trained.

May import config, datasets, models, optimizers and training.
"""
