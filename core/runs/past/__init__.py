"""What a run has behind it: its record, the changes of its settings, and the way back to any of its steps.

May import what `core.runs` may.
"""
