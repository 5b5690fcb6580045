"""The page: its layout, its stage, and what becomes of everything a person does on it.

May import scenes, compare, cards, controls and board.
"""
