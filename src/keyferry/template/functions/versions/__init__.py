"""Functions over semantic versions and their constraints.

May import: template.values, functions.{function,patterns,marshalling}.
"""
