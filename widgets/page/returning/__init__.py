"""Going back to where a run stood: by a link, after its kernel is gone, or because a person takes a change back.

Imports `core` and `widgets.controls`; a session is for type checkers.
"""
