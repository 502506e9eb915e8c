"""Certificates and keys as somebody else wrote them: PKCS#12 opened within bounds, how certificates name their keys.

Pure, and for private parts alike: errors never quote what came in. May import third-party cryptography alone; must not
know of vaults, templates or pods.
"""
