"""Functions over strings: case, trimming, splitting, wrapping, quoting, encodings, checksums, chance.

May import: template.values, functions.{function,costs,runes}. Must stay out: lists and maps beyond making them.
"""
