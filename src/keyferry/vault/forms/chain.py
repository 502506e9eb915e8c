"""Puts certificates in the order leaf, intermediates, root. The keys of issuer and subject tell who signed whom.

RFC 5280 §4.2.1.1 and §4.2.1.2.
"""

from collections.abc import Sequence

from cryptography import x509

from keyferry.forms.key_ids import authority_key, subject_key


def in_order(certificates: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the certificates from leaf to root, or as they are where they are not one chain."""
    parents = [_parent(child, certificates) for child in range(len(certificates))]
    leaves = [index for index in range(len(certificates)) if index not in parents]
    if not leaves:
        return tuple(certificates)
    found = [leaves[0]]
    while (parent := parents[found[-1]]) is not None and parent not in found:
        found.append(parent)
    if len(found) < len(certificates):
        return tuple(certificates)
    return tuple(certificates[index] for index in found)


def _parent(child: int, certificates: Sequence[x509.Certificate]) -> int | None:
    wanted = authority_key(certificates[child])
    if wanted is None:
        return None
    candidates = (index for index in range(len(certificates)) if index != child)
    return next((index for index in candidates if subject_key(certificates[index]) == wanted), None)
