"""Alternative names: from a policy's texts to X.509 and back.

https://learn.microsoft.com/rest/api/keyvault/certificates/create-certificate/create-certificate
"""

import ipaddress
from typing import Final

from cryptography import x509

from keyferry.lab.azure import subject_names
from keyferry.lab.azure.keyvault.certificate import X509Properties

_UPN: Final = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")  # Microsoft's userPrincipalName


def alternatives(properties: X509Properties) -> list[x509.GeneralName]:
    """Return the alternative names. ValueError where one is none."""
    return [
        *(x509.DNSName(each) for each in properties.dns_names),
        *(x509.RFC822Name(each) for each in properties.emails),
        *(x509.UniformResourceIdentifier(each) for each in properties.uris),
        *(x509.IPAddress(ipaddress.ip_address(each)) for each in properties.ip_addresses),
        *(x509.OtherName(_UPN, _utf8_string(each)) for each in properties.upns),
    ]


def found(certificate: x509.Certificate) -> X509Properties:
    """Return what a certificate says of names; the rest is as by default."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return X509Properties(subject=subject_names.written(certificate.subject))
    return X509Properties(
        subject=subject_names.written(certificate.subject),
        dns_names=tuple(names.get_values_for_type(x509.DNSName)),
        emails=tuple(names.get_values_for_type(x509.RFC822Name)),
        uris=tuple(names.get_values_for_type(x509.UniformResourceIdentifier)),
        ip_addresses=tuple(str(each) for each in names.get_values_for_type(x509.IPAddress)),
    )


def _utf8_string(text: str) -> bytes:
    """Return the text in DER. ValueError where it has more than 127 bytes, which need a longer form."""
    raw = text.encode()
    if len(raw) > 127:
        raise ValueError("too long")
    return bytes((0x0C, len(raw))) + raw
