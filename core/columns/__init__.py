"""The columns of a table: cells of text as numbers, dates, categories, names of rows or free text.

May import the files of core itself.
"""
