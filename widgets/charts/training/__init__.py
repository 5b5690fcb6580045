"""Charts of a model in training.

May import widgets.charts.parts and widgets.charts.surface.
"""
