"""Where objects are kept: the store with its versions and history, selectors, and pages of a list.

May import: `objects`, `status`. Must stay out: kinds and their rules, HTTP, users.
"""
