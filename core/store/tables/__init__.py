"""The tables of the file that runs are kept in: their schema, and what stands in each as rows.

May import core.snapshots, and whatever stands below it; nothing of the rest of core.store.
"""
