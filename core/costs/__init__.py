"""What a model costs to train and to serve, and which of several is the cheapest that is good enough.

Imports `core.compression`, `core.store` and what stands below them.
"""
