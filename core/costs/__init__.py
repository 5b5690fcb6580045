"""What a model costs to train and to serve, and which of several is the cheapest that is good enough.

Imports `core.artifacts`, `core.store` and the ground floor.
"""
