"""The balance on the Compress tab: what is asked of a service, and the cheapest model that meets it.

Imports `widgets.experiments` (the form), `widgets.compare` and what stands below them.
"""
