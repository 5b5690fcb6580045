"""Kernels of the served app: forked from one process that has imported the page.

May import core; nothing of widgets but what the fork server imports for its kernels.
"""
