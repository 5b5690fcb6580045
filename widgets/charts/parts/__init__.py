"""Parts that charts share: axes, colours, thinning, contours.

May import widgets.charts.
"""
