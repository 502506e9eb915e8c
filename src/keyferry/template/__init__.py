"""Languages over secret values: Go templates with sprig's and External Secrets' functions, and GJSON paths. Pure.

`render` is the public way in. values   Go's values, each with its type
language    lexer, parser, evaluation, printing
functions   what templates may call
gjson       paths over JSON, as `property` takes them
May import: model. Must stay out: I/O, clocks, randomness: `functions.function.Surroundings` brings them.
"""
