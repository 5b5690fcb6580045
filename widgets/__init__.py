"""What is seen and touched.

May import core.
"""
