"""A visitor's CSV, read into a table and made a data set.

May import core.datasets.
"""
