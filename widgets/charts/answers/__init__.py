"""Charts of a model's answers.

May import widgets.charts.parts.
"""
