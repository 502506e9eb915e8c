"""Stores: which vault, as whom, with whose consent; whether that identity can list and read; the stores' status.

access, accounts, material, plan decide (pure); identities and stored_secrets ask the cluster; reconciler wires.
May import: what sync may. Must stay out: values of the vault.
"""
