"""The functions that templates may call: Go's builtins, sprig's and External Secrets' own. Pure.

Each module names its functions in a tuple `FUNCTIONS` of `function.Function`; `catalog` joins them. A function gets
values of the types that it declares, and raises `function.Fault` where Go's returns an error.
May import: model, template.values. Must stay out: I/O, clocks and chance, which `function.Surroundings` brings.
"""
