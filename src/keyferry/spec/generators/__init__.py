"""Generators of values: their YAML becomes frozen values, or one error with everything that is wrong.

Lives here: what a Password, UUID, Fake, ACRAccessToken or ClusterGenerator asks for.
May import: the rest of spec, model. Must stay out: I/O, chance; what is asked for is made in sync.generators.
"""
