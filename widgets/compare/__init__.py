"""The Compare tab: the runs that were kept, their curves over each other, and what differs between them.

May import core, and of widgets board, controls and charts.
"""
