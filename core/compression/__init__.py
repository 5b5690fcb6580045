"""Compression: how each artifact of a trained model is made, and the process that makes them.

May import core.pruning, core.artifacts, core.engines and what these import. The page's kernel imports `workshop` and
what holds no TensorFlow; the rest runs in a process of its own.
"""
