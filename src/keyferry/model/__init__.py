"""The nouns that every other package speaks of, and nothing else.

Lives here: references, secret values, identities, the error root, the literals shared with other products.
May import: the standard library's pure parts. Must stay out: I/O, clocks, parsing of users' YAML, third-party code.
"""
