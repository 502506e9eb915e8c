"""Workload identity federation as knowledge: which issuer, subject and audience must meet, and why they did not.

May import: keyferry.model, msgspec. Must stay out: I/O and clocks (the `pure` contract checks it).
"""

from keyferry.identity.federation.assertion import TokenFacts, token_facts
from keyferry.identity.federation.bindings import bind, explain_binding, proxy_name
from keyferry.identity.federation.clouds import (
    CLOUDS,
    Cloud,
    audiences_of,
    authority_host_of,
    cloud_of,
    vault_scope_of,
)
from keyferry.identity.federation.difference import Difference, DifferenceKind, difference
from keyferry.identity.federation.explanation import FederatedCredential, Rejection, explain
from keyferry.identity.federation.stored_credentials import explain_stored

__all__ = [
    "CLOUDS",
    "Cloud",
    "Difference",
    "DifferenceKind",
    "FederatedCredential",
    "Rejection",
    "TokenFacts",
    "audiences_of",
    "authority_host_of",
    "bind",
    "cloud_of",
    "difference",
    "explain",
    "explain_binding",
    "explain_stored",
    "proxy_name",
    "token_facts",
    "vault_scope_of",
]
