"""Figures streamed to the browser with acknowledgement.

Knows no chart and imports nothing of core but its ground floor.
"""
