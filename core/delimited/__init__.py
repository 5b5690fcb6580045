"""Text that a table is written in: bytes in, names and rows of cells out, whatever separates them.

May import the files of core itself.
"""
