"""The tab Compress: a desk to order smaller forms of the trained model, their list, and the charts that compare them.

May import core.compression, widgets.board, widgets.controls and widgets.charts.parts.
"""
