"""The state of the lab's Azure as rows of bytes, and back: one row for each object, so that a change costs its own row.

Lives here: `codec` (values and bytes), `tables` (what is a row), `estate` and `shelves` (which tables there are),
`journal` (what has changed since). May import: all of `lab.azure`. Must stay out: files and databases, which are
`lab.serve.state_file`'s.
"""
