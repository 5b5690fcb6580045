"""A run that trains in another process: its task, the state it publishes, and the proxy a page holds.

May import core/runs and what stands below it.
"""
