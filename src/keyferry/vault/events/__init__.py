"""Event Grid's word that something changed in a vault: received, checked, and handed on as hints.

A hint says where to look and nothing more: what an event claims is never believed, the vault is asked. May import
model, runtime and identity's session; must not read values.
"""
