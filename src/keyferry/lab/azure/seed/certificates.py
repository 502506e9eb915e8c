"""The certificates of a vault in the seed: self-signed at start, or a file with key and certificate in PEM."""

from typing import Final

from keyferry.lab.azure import pem_files, subject_names
from keyferry.lab.azure.pem_files import KeyAndCertificate
from keyferry.lab.azure.seed import keys
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.vault_objects import CertificateSeed

CONTENT_TYPES: Final = ("application/x-pkcs12", "application/x-pem-file")
MAX_VALIDITY_MONTHS: Final = 1200


def parse(fields: Fields, taken: frozenset[str]) -> tuple[CertificateSeed, ...]:
    """Return the certificates below `certificates`. `taken` are the names of secrets and keys in lower case.

    Each certificate has a key and a secret of its own name, so that name must be free.
    """
    seeds: dict[str, CertificateSeed] = {}
    for name, inner in fields.named():
        keys.check_name(name, inner.path, seeds, "a certificate's")
        if name.lower() in taken:
            raise SeedError(inner.path, "has the name of a secret or a key", "give one of the two another name")
        seeds[name.lower()] = _certificate(name, inner)
    return tuple(seeds.values())


def _certificate(name: str, fields: Fields) -> CertificateSeed:
    content_type = fields.text("contentType", CONTENT_TYPES[0])
    if content_type not in CONTENT_TYPES:
        raise SeedError(fields.at("contentType"), "is not known", f"write {' or '.join(CONTENT_TYPES)}")
    exportable, enabled, tags = fields.flag("exportable", True), fields.flag("enabled", True), fields.pairs("tags")
    if fields.has("pem"):
        brought = _pem(fields)
        fields.done()
        return CertificateSeed(
            name=name, brought=brought, content_type=content_type, exportable=exportable, enabled=enabled, tags=tags
        )
    seed = CertificateSeed(
        name=name,
        spec=keys.spec(fields),
        subject=_subject(name, fields),
        dns_names=_dns_names(fields),
        validity_months=fields.number("validityMonths", 12, 1, MAX_VALIDITY_MONTHS),
        renew_percent=fields.number("renewPercent", 0, 0, 99) or None,
        issued=fields.instant("issued"),
        content_type=content_type,
        exportable=exportable,
        enabled=enabled,
        tags=tags,
    )
    fields.done()
    return seed


def _subject(name: str, fields: Fields) -> str:
    subject = fields.text("subject", f"CN={name}")
    try:
        subject_names.read(subject)
    except ValueError:
        raise SeedError(fields.at("subject"), "is no X.500 name", "write it as CN=site.example, O=Example") from None
    return subject


def _dns_names(fields: Fields) -> tuple[str, ...]:
    names = fields.texts("dnsNames")
    if not all(name.isascii() and name for name in names):
        raise SeedError(fields.at("dnsNames"), "has a name that is not ASCII", "write it in punycode, as xn--…")
    return names


def _pem(fields: Fields) -> KeyAndCertificate:
    try:
        return pem_files.read(fields.text("pem").encode())
    except ValueError as problem:
        remedy = "write the private key in PKCS#8 and its certificate"
        raise SeedError(fields.at("pem"), str(problem), remedy) from None
