"""What runs in the Jupyter server's process: kernel starts, admission, bounds on requests and status pages.

May import core; no other room of widgets, since the server draws nothing.
"""
