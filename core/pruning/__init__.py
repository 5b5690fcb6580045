"""Pruning: masks that hold while a model trains, units that are really removed, what each layer can spare.

May import core.learning, core.training, core.optimizers and what these import.
"""
