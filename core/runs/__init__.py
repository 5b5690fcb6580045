"""A run: its thread, its histories and its summary.

May import probes and training.
"""
