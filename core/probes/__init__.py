"""Probes of a run: which there are, which of them looks next, and in which thread.

May import findings and geometry.
"""
