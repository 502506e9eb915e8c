"""The kinds that Kubernetes has built in, and what is special about each of them.

May import: `objects`, `problems`, `names`, `resources`, `schemas`. Must stay out: the store, HTTP.
"""
