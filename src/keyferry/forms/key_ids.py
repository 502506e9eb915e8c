"""By which keys certificates are linked: RFC 5280 §4.2.1.1 and §4.2.1.2."""

from typing import Final

from cryptography import x509

# What a certificate that somebody made up may raise, beside having no such extension: it is then linked to none.
UNREADABLE: Final = (
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    ValueError,
    TypeError,
)


def authority_key(certificate: x509.Certificate) -> bytes | None:
    """Return the identifier of the key that signed the certificate, None where it names none that can be read."""
    try:
        return certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except UNREADABLE:
        return None


def subject_key(certificate: x509.Certificate) -> bytes | None:
    """Return the identifier of the certificate's own key, None where it names none that can be read."""
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except UNREADABLE:
        return None
