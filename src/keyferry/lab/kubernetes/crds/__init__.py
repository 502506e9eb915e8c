"""Custom resources: from a CustomResourceDefinition to resources that default, prune and validate their objects.

May import: `objects`, `problems`, `resources`. Must stay out: the store, HTTP.
"""
