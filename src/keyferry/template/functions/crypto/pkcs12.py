"""PKCS#12 out of PEM, and PEM out of it: `pkcs12key`, `pemToPkcs12` and their kin.

What is written is as upstream's "modern" files: AES-256 with a key of PBKDF2 and SHA-256, a sum by SHA-256.
"""

import base64
from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    KeySerializationEncryption,
    PrivateFormat,
    pkcs12,
)

from keyferry.forms import der, pfx
from keyferry.template.functions.crypto import certificate_chains, certificates, effort, pem_blocks, private_keys
from keyferry.template.functions.function import Fault, Surroundings

ROUNDS: Final = 2_048


def key_of(world: Surroundings, content: bytes) -> bytes:
    """Return the private key as PKCS#8 in PEM. The file has no password."""
    return key_with_password(world, b"", content)


def key_with_password(world: Surroundings, password: bytes, content: bytes) -> bytes:
    """Return the private key as PKCS#8 in PEM."""
    key, _ = _opened(world, password, content)
    return private_keys.pkcs8_pem(key)


def certificates_of(world: Surroundings, content: bytes) -> bytes:
    """Return all certificates as PEM, leaf first where they are one chain. The file has no password."""
    return certificates_with_password(world, b"", content)


def certificates_with_password(world: Surroundings, password: bytes, content: bytes) -> bytes:
    """Return all certificates as PEM, leaf first where they are one chain."""
    _, found = _opened(world, password, content)
    try:
        return certificates.pem(*certificate_chains.ordered(world, found))
    except Fault:
        return certificates.pem(*found)


def of_pair(world: Surroundings, certificate: bytes, key: bytes) -> bytes:
    """Return the first certificate and the key as PKCS#12 in base64, without a password."""
    return of_pair_with_password(world, certificate, key, b"")


def of_pair_with_password(world: Surroundings, certificate: bytes, key: bytes, password: bytes) -> bytes:
    """Return the first certificate and the key as PKCS#12 in base64."""
    return _sealed(world, [certificates.of_pem(world, certificate)], key, password)


def of_chain(world: Surroundings, chain: bytes, key: bytes) -> bytes:
    """Return all certificates and the key as PKCS#12 in base64, without a password."""
    return of_chain_with_password(world, chain, key, b"")


def of_chain_with_password(world: Surroundings, chain: bytes, key: bytes, password: bytes) -> bytes:
    """Return all certificates and the key as PKCS#12 in base64."""
    leaf = pem_blocks.first(chain)
    if leaf is None:
        raise Fault("there is no PEM block with a certificate")
    others = certificates.every_strictly(world, chain, leaf.end)
    return _sealed(world, [certificates.of_der(world, leaf.content), *others], key, password)


def truststore(world: Surroundings, text: bytes) -> bytes:
    """Return all certificates as a trust store in base64, as Java has it, without a password."""
    return truststore_with_password(world, text, b"")


def truststore_with_password(world: Surroundings, text: bytes, password: bytes) -> bytes:
    """Return all certificates as a trust store in base64, as Java has it."""
    found = certificates.every_strictly(world, text, 0)
    effort.spend(world, effort.SEALING, 2 * len(text))
    try:
        named = _Entries(pkcs12.PKCS12Certificate(each, each.subject.rfc4514_string().encode()) for each in found)
        return base64.b64encode(pkcs12.serialize_java_truststore(named, _encryption(password)))
    except pfx.UNREADABLE:
        raise Fault("a certificate has no readable name") from None


CALLS: Final = {
    "pkcs12key": key_of,
    "pkcs12keyPass": key_with_password,
    "pkcs12cert": certificates_of,
    "pkcs12certPass": certificates_with_password,
    "pemToPkcs12": of_pair,
    "pemToPkcs12Pass": of_pair_with_password,
    "fullPemToPkcs12": of_chain,
    "fullPemToPkcs12Pass": of_chain_with_password,
    "pemTruststoreToPKCS12": truststore,
    "pemTruststoreToPKCS12Pass": truststore_with_password,
}


class _Entries(list[pkcs12.PKCS12Certificate]):
    """A list that is true also when it is empty: the library would refuse a store of nothing, which upstream makes."""

    def __bool__(self) -> bool:
        return True


def _opened(
    world: Surroundings, password: bytes, content: bytes
) -> tuple[private_keys.Key, Sequence[x509.Certificate]]:
    effort.spend(world, effort.PRIVATE_KEY + _steps(content), len(content))
    bundle = pfx.opened(content, _bmp(password))
    if bundle is None:
        raise Fault("it is not PKCS#12 with this password, or would take seconds to open")
    if bundle.key is None or not bundle.certificates:
        raise Fault(f"the PKCS#12 holds no {'private key' if bundle.certificates else 'certificate'}")
    if not isinstance(bundle.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise Fault("the private key in the PKCS#12 is of an unknown kind")
    return bundle.key, bundle.certificates


def _steps(content: bytes) -> int:
    """Return what it costs to open a file; nothing where it is refused at once."""
    try:
        size, rounds = der.key_bytes(content), der.rounds(content)
    except ValueError:
        return 0
    size = len(content) if size is None else size
    is_refused = rounds > pfx.MOST_ROUNDS or size > pfx.MOST_KEY_BYTES
    return 0 if is_refused else rounds // effort.ROUNDS_A_STEP + effort.proof(size)


def _sealed(world: Surroundings, chain: Sequence[x509.Certificate], pem_key: bytes, password: bytes) -> bytes:
    block = pem_blocks.first(pem_key)
    if block is None:
        raise Fault("there is no PEM block with a private key")
    key = private_keys.of_der(world, block.content)
    effort.spend(world, effort.SEALING, 2 * len(pem_key))
    leaf = chain[0] if _belong_together(chain[0], key) else None
    others = chain if leaf is None else chain[1:]
    sealed = pkcs12.serialize_key_and_certificates(None, key, leaf, others, _encryption(password))
    return base64.b64encode(sealed)


def _belong_together(certificate: x509.Certificate, key: private_keys.Key) -> bool:
    """Tell whether it is the certificate's key. Upstream takes any two, the library marks those alone as a pair."""
    try:
        return certificate.public_key() == key.public_key()
    except pfx.UNREADABLE:
        return False


def _encryption(password: bytes) -> KeySerializationEncryption:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(ROUNDS).hmac_hash(hashes.SHA256())
    builder = builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
    encryption = builder.build(_bmp(password) or b"-")
    if not password:
        # PKCS#12 knows an empty password, which is not the same as none; the library refuses to be asked for it.
        vars(encryption)["password"] = b""
    return encryption


def _bmp(password: bytes) -> bytes:
    """Return the password; Fault where it holds what PKCS#12 cannot: characters beyond 16 bits, or no characters."""
    try:
        if max(password.decode(), default="") <= "\uffff":
            return password
    except UnicodeDecodeError:
        pass
    raise Fault("the password holds characters that PKCS#12 does not know")
