"""Objectives of two parameters: loss surfaces and the linear regression, with the protocols of all objectives.

Imports nothing of core but its ground floor.
"""
