"""Functions of regular expressions, as Go reads them. May import: template.values, functions.{function,costs,runes}."""
