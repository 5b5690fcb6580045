"""A run: its thread, its histories, its summary and what a teacher would say of it.

May import probes and training.
"""
