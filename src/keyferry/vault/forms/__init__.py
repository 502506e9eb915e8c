"""The forms of certificates and keys for their consumers: JWK, PEM, key pairs, chains in order, encodings.

Pure, and for public and private parts alike: what comes in and goes out may be a value, so errors never quote it. May
import forms, model and spec; must not know who asks, nor where the bytes go.
"""
