"""What the verbs do to stored objects: get, list, watch, create, update, patch, apply, delete, deletecollection.

May import: everything of `lab.kubernetes` but `discovery`, `controllers` and `apiserver`. Must stay out: who may do it.
"""
