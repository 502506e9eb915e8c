"""All YAML that a user writes: parsed once, here, into frozen types; problems carry a path and a remedy. Pure.

May import: model, msgspec, re2. Must stay out: files, the API server, clocks.
"""
