import pytest
from cryptography import x509

from keyferry.lab.azure.keyvault.certificate import X509Properties
from keyferry.lab.azure.keyvault.certificates import names
from tests.fakes import vault_files


def test_every_kind_of_alternative_name() -> None:
    properties = X509Properties(
        dns_names=("a.example",),
        emails=("a@b.example",),
        upns=("user@corp.example",),
        uris=("spiffe://a/b",),
        ip_addresses=("127.0.0.1", "::1"),
    )
    made = names.alternatives(properties)
    assert [type(each).__name__ for each in made] == [
        "DNSName",
        "RFC822Name",
        "UniformResourceIdentifier",
        "IPAddress",
        "IPAddress",
        "OtherName",
    ]
    upn = made[-1]
    assert isinstance(upn, x509.OtherName)
    assert upn.value == b"\x0c\x11user@corp.example"


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="long"):
        names.alternatives(X509Properties(upns=("x" * 128,)))


def test_what_a_certificate_says_is_found() -> None:
    leaf = vault_files.leaf("P-256", "CN=a", x509.DNSName("a.example"), x509.RFC822Name("a@b.example"))
    assert names.found(leaf) == X509Properties(subject="CN=a", dns_names=("a.example",), emails=("a@b.example",))
    assert names.found(vault_files.leaf("P-256", "CN=b")) == X509Properties(subject="CN=b")
