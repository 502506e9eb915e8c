"""Functions over lists, maps and any value: parts, filters, merging, equality, kinds, emptiness, JSON.

May import: template.values, functions.{function,costs,runes}, functions.{text,arithmetic}.
"""
