"""Event Grid's hints: taken in, and handed on to the nodes as an annotation of the classes that name the object.

May import: what sync may. Must stay out: values of the vault.
"""
