"""Processes that train: started by forking one that has imported everything, spoken to over a socket.

May import all of core.
"""
