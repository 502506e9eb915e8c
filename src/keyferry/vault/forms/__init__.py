"""The forms of certificates and keys for their consumers: JWK, DER, PEM and PKCS#12, chains in order, encodings.

Pure, and for public and private parts alike: what comes in and goes out may be a value, so errors never quote it. May
import model and spec; must not know who asks, nor where the bytes go.
"""
