"""Entra, Key Vault and a slice of ARM as functions from a request and an instant to a response. Pure.

May import: `lab.world`, libraries for cryptography and tokens. Must stay out: sockets, clocks, files.
"""
