"""Go's text/template: text to a tree, a tree and data to text. Pure, and bounded by a meter.

lexer, parser, nodes     text → tree, with line and column
evaluation, printing     tree and data → text; how Go prints and formats values
May import: model, template.values, template.errors, template.functions. Must stay out: I/O, clocks, chance.
"""
