"""A model file as a service over HTTP on this machine, and the process it runs in.

May import core.formats and whatever stands below it.
"""
