from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.certificate import Certificate, CertificateVersion, Issuer, Policy


def test_the_latest_is_the_one_made_last_if_any() -> None:
    assert Certificate(name="a", policy=Policy()).latest is None
    certificate = Certificate(name="a", policy=Policy())
    for each in ("f", "0"):
        certificate.versions[each] = CertificateVersion(
            id=each, der=b"", attributes=Attributes(created=1, updated=1), content_type="x"
        )
    assert certificate.latest is not None
    assert certificate.latest.id == "0"


def test_an_issuer_s_password_is_not_shown() -> None:
    assert "pa55" not in repr(Issuer(name="i", provider="Test", password="pa55"))
