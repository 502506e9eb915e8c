"""The operations on keys: their bodies and JSON, what each does, cryptography with them, and rotation.

May import: the modules of `keyvault` that are about all kinds. Must stay out: secrets and certificates.
"""
