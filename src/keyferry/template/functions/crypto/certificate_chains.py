"""`filterPEM`, `filterCertChain` and `certSANs`: parts of a PEM text."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography import x509

from keyferry.forms import key_ids
from keyferry.template.functions.crypto import certificates, effort, pem_blocks
from keyferry.template.functions.function import Fault, Surroundings
from keyferry.template.values import STRING, Slice

_BEGIN: Final = b"-----BEGIN"


def filter_pem(world: Surroundings, kind: bytes, text: bytes) -> bytes:
    """Return the blocks of a kind, written anew. Fault where there is none, and something that is no block."""
    effort.spend(world, len(text) // 1_000, len(text))
    wanted = _folded(kind)
    text = _without_junk(text)
    end, found = 0, []
    for block in pem_blocks.every(text):
        end = block.end
        if _folded(block.kind) == wanted:
            found.append(pem_blocks.encoded(block.kind, block.content, block.headers))
    if not found and end < len(text):
        raise Fault("there is no such PEM block, and something that is none")
    return b"".join(found)


def filter_cert_chain(world: Surroundings, part: bytes, text: bytes) -> bytes:
    """Return the leaf, the intermediates or the root of a chain in any order, nothing where it has none."""
    chain = ordered(world, certificates.every(world, text))
    roots = [index for index, each in enumerate(chain) if _is_root(each)]
    match part:
        case b"leaf" if 0 not in roots:
            return certificates.pem(chain[0])
        case b"intermediate":
            end = next((index for index in roots if index), len(chain))
            return certificates.pem(*chain[1:end])
        case b"root" if len(chain) - 1 in roots:
            return certificates.pem(chain[-1])
    return b""


def cert_sans(world: Surroundings, text: bytes) -> Slice:
    """Return the alternative names of the first certificate: of hosts, then addresses, mailboxes, URIs."""
    certificate = certificates.of_pem(world, _without_junk(text))
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Slice((), STRING)
    found = (
        *names.get_values_for_type(x509.DNSName),
        *map(_address, names.get_values_for_type(x509.IPAddress)),
        *names.get_values_for_type(x509.RFC822Name),
        *names.get_values_for_type(x509.UniformResourceIdentifier),
    )
    return Slice((name.encode() for name in found), STRING)


CALLS: Final = {"filterPEM": filter_pem, "filterCertChain": filter_cert_chain, "certSANs": cert_sans}


def ordered(world: Surroundings, found: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return the certificates from leaf to root, by the keys that they name; Fault where they are not one chain.

    Nothing is verified. Unlike upstream, a certificate that names no signer is linked to none.
    """
    effort.spend(world, len(found) * effort.CERTIFICATE)
    holders = _holders(found)
    parents = [_parent(index, each, holders) for index, each in enumerate(found)]
    leaves = sorted(set(range(len(found))) - set(parents) - {None})
    if len(leaves) != 1:
        raise Fault("there is no certificate" if not found else "the certificates are not one chain")
    chain: list[x509.Certificate] = []
    at: int | None = leaves[0]
    while at is not None:
        if len(chain) == len(found):
            raise Fault("the certificates name each other in a circle")
        chain.append(found[at])
        at = parents[at]
    return chain


def _holders(found: Sequence[x509.Certificate]) -> Mapping[bytes, list[int]]:
    """Return by key who holds it: the first two, as one may ask for another than itself."""
    holders: dict[bytes, list[int]] = {}
    for index, each in enumerate(found):
        key = key_ids.subject_key(each)
        if key and len(holders.setdefault(key, [])) < 2:
            holders[key].append(index)
    return holders


def _parent(index: int, certificate: x509.Certificate, holders: Mapping[bytes, list[int]]) -> int | None:
    candidates = holders.get(key_ids.authority_key(certificate) or b"", ())
    return next((other for other in candidates if other != index), None)


def _is_root(certificate: x509.Certificate) -> bool:
    signer = key_ids.authority_key(certificate)
    return signer is None or signer == key_ids.subject_key(certificate)


def _address(address: object) -> str:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _without_junk(text: bytes) -> bytes:
    start = text.find(_BEGIN)
    return text[start:] if start > 0 else text


def _folded(kind: bytes) -> str:
    return kind.decode(errors="surrogateescape").casefold()
