import msgspec

from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.certificate import Certificate, CertificateVersion, Contact, Issuer, Policy
from keyferry.lab.azure.keyvault.key import Key, KeyVersion
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion

TIMES = Attributes(created=1, updated=1)


def _full() -> Objects:
    objects = Objects(retention_days=7, deletion_seconds=2)
    secret = SecretVersion(id="v", value="s3cret", attributes=TIMES, tags=(("a", "b"),))
    key = KeyVersion(id="v", type="EC", pem="s3cret", public=(("crv", "P-256"),), operations=(), attributes=TIMES)
    certificate = CertificateVersion(id="v", der=b"s3cret", attributes=TIMES, content_type="x")
    objects.secrets.put(Secret(name="One", versions={"v": secret}))
    objects.secrets.put(Secret(name="two", versions={"v": secret}))
    objects.secrets.delete("two", 5, hidden_seconds=1, kept_seconds=objects.retention_seconds)
    objects.keys.put(Key(name="k", versions={"v": key}))
    objects.certificates.put(Certificate(name="c", policy=Policy(), versions={"v": certificate}))
    objects.contacts = (Contact(email="a@b.example"),)
    objects.issuers["i"] = Issuer(name="I", provider="Test", password="s3cret")
    return objects


def test_all_of_it_is_plain_data() -> None:
    objects = _full()
    assert msgspec.json.decode(msgspec.json.encode(objects), type=Objects) == objects


def test_no_secret_part_is_shown() -> None:
    assert "s3cret" not in repr(_full())


def test_what_is_deleted_goes_after_the_retention() -> None:
    objects = _full()
    assert objects.retention_seconds == 7 * 24 * 3600
    objects.expire(5 + objects.retention_seconds - 1)
    assert "two" in objects.secrets.deleted
    objects.expire(5 + objects.retention_seconds)
    assert not objects.secrets.deleted
