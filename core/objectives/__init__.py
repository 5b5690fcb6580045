"""What is minimised over two parameters: surfaces and the linear regression.

Imports nothing of core but its ground floor.
"""
