"""What is computed: NumPy, TensorFlow and Keras, each loaded only when a run needs it.

May import nothing of widgets.
"""
