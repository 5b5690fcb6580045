"""Compression: smaller forms of a trained model, each an `Artifact` with what was measured of it.

May import core.pruning and what that imports, core.config and core.engines.environment. The page's kernel imports
`workshop` and what holds no TensorFlow; the rest runs in a process of its own.
"""
