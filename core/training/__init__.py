"""The compiled update loop and what it records.

May import core.objectives and core.optimizers; build.py alone imports core.config.
"""
