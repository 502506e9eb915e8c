"""The forms in which certificates and keys reach their consumers: JWK, DER and PEM, chains in order, text encodings.

Pure, and for public and private parts alike: what comes in and goes out may be a value, so errors never quote it. May
import model; must not know who asks, nor where the bytes go.
"""
