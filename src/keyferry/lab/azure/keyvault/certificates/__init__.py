"""The operations on certificates: policies, issuance, imports, and the key and secret that belong to each version.

May import: the modules of `keyvault` that are about all kinds, and of `keyvault.keys` those that make versions.
"""
