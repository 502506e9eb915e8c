"""Messages of CSI and of plugin registration, with the published field numbers, under names of the lab's own.

The package names differ from those on the wire, so that these stubs and any others of the same protocols live in one
process; a method's wire name is spelt where it is called. `tests/static/protobuf.py` makes the stubs again.
"""
