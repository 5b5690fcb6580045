"""A visitor's file as a table, the column to predict from it, and the data set that comes of both.

May import core.columns, core.delimited and core.datasets.
"""
