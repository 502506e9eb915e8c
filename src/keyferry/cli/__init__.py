"""The command line: a file for each command, settings from flags and environment, exit codes.

May import: every verb's `run`, the lab, spec. Must stay out: decisions.
"""
