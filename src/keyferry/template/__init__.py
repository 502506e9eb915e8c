"""Languages over secret values: GJSON paths today; Go templates with sprig later. Pure.

May import: model. Must stay out: I/O, clocks, randomness.
"""
