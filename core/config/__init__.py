"""TrainingConfig: every setting of a run, which of them matter, what is suggested.

May import all rooms of core below it: objectives, optimizers, datasets, models, tables.
"""
