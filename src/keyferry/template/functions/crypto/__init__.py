"""Certificates, keys, ciphers and password hashes in templates: sprig's functions and External Secrets' own. Pure.

`offered` names the functions; the module of each loads when one of them is called, as most templates call none. Keys
and salts are `cryptography`'s: what is random by purpose needs no chance from outside. Each call pays the meter for its
time before it begins (`effort`).
May import: forms, template.values, template.functions. Must stay out: I/O, values in errors.
"""
