"""Certificates out of PEM and into it, and the keys that link them."""

import warnings

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keyferry.forms import key_ids
from keyferry.forms.pfx import UNREADABLE
from keyferry.template.functions.crypto import effort, pem_blocks
from keyferry.template.functions.function import Fault, Surroundings


def of_der(world: Surroundings, content: bytes) -> x509.Certificate:
    """Return the certificate; Fault where it cannot be read, with all its extensions."""
    effort.spend(world, effort.CERTIFICATE, len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what it would rather not read
            certificate = x509.load_der_x509_certificate(content)
            _ = certificate.extensions
    except (*UNREADABLE, *key_ids.UNREADABLE):
        raise Fault("the certificate cannot be read") from None
    return certificate


def of_pem(world: Surroundings, text: bytes) -> x509.Certificate:
    """Return the certificate of the first block."""
    block = pem_blocks.first(text)
    if block is None:
        raise Fault("there is no PEM block with a certificate")
    return of_der(world, block.content)


def every(world: Surroundings, text: bytes) -> list[x509.Certificate]:
    """Return the certificates of all blocks; Fault where one of them holds something else."""
    return [of_der(world, block.content) for block in pem_blocks.every(text)]


def every_strictly(world: Surroundings, text: bytes, start: int) -> list[x509.Certificate]:
    """Return the certificates of all blocks from `start` on; Fault for anything after the last one, even a line end.

    Upstream takes what follows a block for the next one.
    """
    found = []
    while start < len(text):
        block = pem_blocks.first(text, start)
        if block is None:
            raise Fault("something that is no certificate follows the last certificate")
        found.append(of_der(world, block.content))
        start = block.end
    return found


def pem(*certificates: x509.Certificate) -> bytes:
    """Return the certificates as blocks."""
    blocks = (pem_blocks.encoded(b"CERTIFICATE", each.public_bytes(Encoding.DER)) for each in certificates)
    return b"".join(blocks)
