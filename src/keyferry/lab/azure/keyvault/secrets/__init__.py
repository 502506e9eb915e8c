"""The operations on secrets: their bodies, their JSON, and what each does.

May import: the modules of `keyvault` that are about all kinds. Must stay out: keys and certificates.
"""
