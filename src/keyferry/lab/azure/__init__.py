"""Entra, Key Vault and a slice of ARM as functions from a request and an instant to a response. Pure.

Lives here: `seed` (the user's declaration of this world), `entra`, `keyvault`, `arm` (a service each), what they share
(clouds, directory, roles, access tokens, counters), `cloud` (all of it, by host name) and `admin` (the hand on the
knobs). May import: `lab.world`, libraries for cryptography and tokens. Must stay out: sockets, clocks, files, chance.
"""
