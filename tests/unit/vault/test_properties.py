"""The vendor's properties in the model's words."""

from datetime import UTC, datetime

from azure.keyvault.certificates import CertificateProperties
from azure.keyvault.keys import KeyProperties
from azure.keyvault.secrets import SecretProperties as VendorProperties
from azure.keyvault.secrets._generated.models import SecretAttributes

from keyferry.model.secrets import SecretName, SecretProperties, SecretVersion
from keyferry.vault.properties import properties_of

MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


def test_takes_over_what_is_there() -> None:
    entry = VendorProperties(
        SecretAttributes({"enabled": False, "created": 1795305600, "updated": 1795305600, "exp": 1795305600, "nbf": 0}),
        "https://kv-prod.vault.azure.net/secrets/db/0123456789abcdef0123456789abcdef",
        content_type="text/plain",
        tags={"b": "2", "a": "1"},
    )

    assert properties_of(entry) == SecretProperties(
        name=SecretName("db"),
        version=SecretVersion("0123456789abcdef0123456789abcdef"),
        enabled=False,
        created=MOMENT,
        updated=MOMENT,
        expires=MOMENT,
        not_before=datetime(1970, 1, 1, tzinfo=UTC),
        content_type="text/plain",
        tags=(("a", "1"), ("b", "2")),
    )


def test_what_is_absent_is_empty_and_enabled() -> None:
    assert properties_of(VendorProperties(None, "https://kv-prod.vault.azure.net/secrets/db")) == SecretProperties(
        name=SecretName("db"),
        version=SecretVersion(""),
        enabled=True,
        created=None,
        updated=None,
        expires=None,
        not_before=None,
        content_type="",
        tags=(),
    )


def test_the_secret_of_a_certificate_is_known_by_its_key() -> None:
    entry = VendorProperties(
        None, "https://kv-prod.vault.azure.net/secrets/web", key_id="https://kv-prod.vault.azure.net/keys/web/1"
    )
    assert properties_of(entry).certificate_backed


def test_certificates_and_keys_say_the_same() -> None:
    found = [
        properties_of(
            CertificateProperties(cert_id="https://kv-prod.vault.azure.net/certificates/web/v1", tags={"a": "1"})
        ),
        properties_of(KeyProperties("https://kv-prod.vault.azure.net/keys/web/v1", tags={"a": "1"})),
    ]
    assert [(each.name, each.version, each.tags, each.enabled, each.content_type) for each in found] == [
        ("web", "v1", (("a", "1"),), True, "")
    ] * 2
