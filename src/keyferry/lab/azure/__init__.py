"""Entra, Key Vault, a slice of ARM and Event Grid as functions from a request and an instant to a response. Pure.

Lives here: `seed` (the user's declaration of this world), `entra`, `imds`, `keyvault`, `arm`, `eventgrid` (a service
each), what they share (clouds, directory, roles, access tokens, signing keys, counters), `cloud` (all of it, by host
name), `persistence` (its state as rows) and `admin` (the hand on the knobs). May import: `lab.world`, libraries for
cryptography and tokens. Must stay out: sockets, clocks, files, chance.
"""
