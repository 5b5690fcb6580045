"""Fork servers: processes that have imported much, run nothing, and are forked on demand.

Imports nothing else of core.
"""
