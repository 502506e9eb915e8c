"""Functions over paths and URLs. May import: template.values, functions.{function,costs,runes}."""
