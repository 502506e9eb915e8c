"""The fields of every kind that users write, one module for each part, in the words that `kubectl explain` shows.

May import: `schema` and `rules` of this package. Must stay out: reading of documents, Kubernetes' wrapping (see `crd`).
"""
