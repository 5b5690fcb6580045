"""Charts of two parameters.

May import widgets.charts.parts.
"""
