"""How what was read becomes the keys and values of a Secret, a step to a file. Pure; sync.render puts them together.

entry   a value on its way, and where it came from     entries   what find, extract and data give
rewrite, substitution, merging   the steps of `rewrite`     tags   `metadataPolicy: Fetch`     go_json   their JSON
engine, templates   `target.template`
May import: spec, template, model, sync.state. Must stay out: I/O, clocks, chance.
"""
