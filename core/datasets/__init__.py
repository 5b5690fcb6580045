"""Data sets to learn from: the registry, raw examples, their split, baselines and downloads.

Imports nothing of core but its ground floor.
"""
