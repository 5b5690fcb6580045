"""HTML cards whose slots frames fill.

May import widgets.charts.
"""
