"""The shape of the loss: stability, the next step, sharpness, the landscape.

May import training and learning.
"""
