"""Many runs for one question: rate tests, sweeps over settings, and what they tell.

May import core.experiments, core.engines and core.store, and whatever stands below them.
"""
