import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.certificate import Certificate, LifetimeAction, Policy
from keyferry.lab.azure.keyvault.certificates import versions
from keyferry.lab.azure.keyvault.certificates.versions import DAY, New
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure, vault_files
from tests.fakes.lab_azure import NOW, private_key
from tests.fakes.vault_files import PEM, PKCS12

DER = vault_files.leaf().public_bytes(Encoding.DER)
OTHER = vault_files.leaf("P-384").public_bytes(Encoding.DER)


def _added(policy: Policy, *ids: str) -> tuple[Moment, list[News]]:
    told: list[News] = []
    vault = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
    moment = Moment(vault=vault, now=NOW, sources=lab_azure.sources(), tell=told.append)
    certificate = Certificate(name="Site", policy=policy)
    for each in ids:
        new = New(id=each, pem=private_key("P-256"), der=DER, chain=(OTHER,), enabled=False, tags=(("a", "b"),))
        versions.add(moment, certificate, new)
    return moment, told


def test_a_version_has_a_key_and_a_secret_of_its_name_and_id() -> None:
    moment, told = _added(Policy(), "v1", "v2")
    objects = moment.vault.objects
    key, secret = objects.keys.live["site"], objects.secrets.live["site"]
    assert (list(key.versions), list(secret.versions)) == (["v1", "v2"], ["v1", "v2"])
    assert (key.managed, secret.managed) == (True, True)
    assert (secret.versions["v1"].previous, secret.latest.previous) == ("", "v1")
    latest = objects.certificates.live["site"].latest
    assert latest is not None
    assert latest.attributes == key.latest.attributes == secret.latest.attributes
    assert (latest.attributes.enabled, latest.attributes.not_before) == (False, int(NOW.timestamp()))
    assert [(news.kind, news.version) for news in told[:3]] == [
        ("Certificate", "v1"),
        ("Key", "v1"),
        ("Secret", "v1"),
    ]


@pytest.mark.parametrize(("exportable", "keys"), [(True, 1), (False, 0)])
def test_a_secret_in_pem(exportable: bool, keys: int) -> None:
    moment, _ = _added(Policy(content_type=PEM, exportable=exportable), "v")
    value = moment.vault.objects.secrets.live["site"].latest.value
    assert (value.count("BEGIN PRIVATE KEY"), value.count("BEGIN CERTIFICATE")) == (keys, 2)


@pytest.mark.parametrize("exportable", [True, False])
def test_a_secret_in_pkcs12(exportable: bool) -> None:
    moment, _ = _added(Policy(content_type=PKCS12, exportable=exportable), "v")
    held = pkcs12.load_pkcs12(base64.b64decode(moment.vault.objects.secrets.live["site"].latest.value), None)
    assert (held.key is not None) is exportable
    assert len(held.additional_certs) == (1 if exportable else 2)


@pytest.mark.parametrize(
    ("policy", "at"),
    [
        pytest.param(Policy(), None, id="nothing-said"),
        pytest.param(
            Policy(lifetime_actions=(LifetimeAction(kind="EmailContacts", days_before_expiry=1),)), None, id="mail"
        ),
        pytest.param(
            Policy(lifetime_actions=(LifetimeAction(kind="AutoRenew", days_before_expiry=30),)), 70 * DAY, id="days"
        ),
        pytest.param(
            Policy(lifetime_actions=(LifetimeAction(kind="AutoRenew", lifetime_percentage=80),)), 80 * DAY, id="part"
        ),
        pytest.param(
            Policy(issuer="Unknown", lifetime_actions=(LifetimeAction(kind="AutoRenew", lifetime_percentage=80),)),
            None,
            id="nobody-renews",
        ),
    ],
)
def test_when_it_is_renewed(policy: Policy, at: int | None) -> None:
    attributes = Attributes(created=0, updated=0, not_before=0, expires=100 * DAY)
    assert versions.renewal(Certificate(name="a", policy=policy), attributes) == at
