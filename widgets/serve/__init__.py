"""The Serve tab: the trained model behind an address, load on it, and what a queue foretells.

May import widgets.charts, widgets.controls and whatever stands below them.
"""
