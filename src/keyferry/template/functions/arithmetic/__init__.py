"""Functions over numbers: casts, integers, decimals, rounding, sequences.

May import: template.values, functions.{function,costs}. Must stay out: text beyond parsing and printing numbers.
"""
