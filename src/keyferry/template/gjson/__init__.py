"""GJSON paths over values that are JSON, as `property` takes them, and the members of JSON objects. Pure.

May import: model. Must stay out: I/O, clocks, randomness.
"""
