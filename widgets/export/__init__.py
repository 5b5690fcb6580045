"""What a page hands to a person as files.

May import widgets.controls and whatever stands below it.
"""
