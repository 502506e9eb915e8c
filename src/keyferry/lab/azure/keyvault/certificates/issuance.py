"""Making requests and certificates: self-signed ones, and those that an issuer of the vault signs.

https://learn.microsoft.com/azure/key-vault/certificates/about-certificates. A certificate is valid from ten minutes
before it was made, as recorded answers of the service show.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from keyferry.lab.azure import private_keys, subject_names
from keyferry.lab.azure.keyvault.certificate import X509Properties
from keyferry.lab.azure.keyvault.certificates import names
from keyferry.lab.azure.keyvault.keys import durations
from keyferry.lab.azure.private_keys import PrivateKey

LEEWAY: Final = timedelta(minutes=10)
AUTHORITY_MONTHS: Final = 120
_USAGES: Final = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "cRLSign": "crl_sign",
    "encipherOnly": "encipher_only",
    "decipherOnly": "decipher_only",
}


def is_possible(properties: X509Properties) -> bool:
    """Tell whether a certificate can say all this."""
    try:
        subject_names.read(properties.subject).public_bytes()
        for extension, _ in _extensions(properties):
            extension.public_bytes()
    except ValueError:
        return False
    return True


def request(properties: X509Properties, pem: str) -> bytes:
    """Return a certificate signing request (PKCS#10) in DER."""
    key = private_keys.load(pem)
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject_names.read(properties.subject))
    for extension, critical in _extensions(properties):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, _hash(key)).public_bytes(Encoding.DER)


def self_signed(properties: X509Properties, pem: str, now: datetime, serial: bytes) -> bytes:
    """Return a certificate in DER that its own key signs. `serial` is chance."""
    key = private_keys.load(pem)
    builder = _builder(properties, key, now, serial).issuer_name(subject_names.read(properties.subject))
    return builder.sign(key, _hash(key)).public_bytes(Encoding.DER)


def signed(
    properties: X509Properties, pem: str, issuer: str, authority_pem: str, now: datetime, serial: bytes
) -> bytes:
    """Return a certificate in DER that the authority of an issuer signs."""
    key, authority = private_keys.load(pem), private_keys.load(authority_pem)
    builder = _builder(properties, key, now, serial).issuer_name(_authority_name(issuer))
    return builder.sign(authority, _hash(authority)).public_bytes(Encoding.DER)


def authority(issuer: str, authority_pem: str, now: datetime, serial: bytes) -> bytes:
    """Return the certificate in DER of an issuer's authority."""
    key = private_keys.load(authority_pem)
    end = datetime.fromtimestamp(durations.after(int(now.timestamp()), f"P{AUTHORITY_MONTHS}M"), UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_authority_name(issuer))
        .issuer_name(_authority_name(issuer))
        .public_key(key.public_key())
        .serial_number(_serial(serial))
        .not_valid_before(now - LEEWAY)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(key, _hash(key)).public_bytes(Encoding.DER)


def _builder(properties: X509Properties, key: PrivateKey, now: datetime, serial: bytes) -> x509.CertificateBuilder:
    end = datetime.fromtimestamp(durations.after(int(now.timestamp()), f"P{properties.validity_months}M"), UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject_names.read(properties.subject))
        .public_key(key.public_key())
        .serial_number(_serial(serial))
        .not_valid_before(now - LEEWAY)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in _extensions(properties):
        builder = builder.add_extension(extension, critical)
    return builder


def _extensions(properties: X509Properties) -> list[tuple[x509.ExtensionType, bool]]:
    extensions: list[tuple[x509.ExtensionType, bool]] = []
    if properties.key_usage:
        extensions.append((_usage(properties), True))
    if properties.ekus:
        uses = [x509.ObjectIdentifier(eku) for eku in properties.ekus]
        extensions.append((x509.ExtendedKeyUsage(uses), False))
    alternatives = names.alternatives(properties)
    if alternatives:
        extensions.append((x509.SubjectAlternativeName(alternatives), False))
    return extensions


def _usage(properties: X509Properties) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: word in properties.key_usage for word, usage in _USAGES.items()})


def _authority_name(issuer: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{issuer} (lab)"[:64])])


def _serial(chance: bytes) -> int:
    return int.from_bytes(chance[:16], "big") >> 1 or 1


def _hash(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size > 256:
        return hashes.SHA384() if key.curve.key_size == 384 else hashes.SHA512()
    return hashes.SHA256()
