import pytest

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.kinds import CERTIFICATES, KEYS, SECRETS
from keyferry.lab.azure.keyvault.objects import Objects


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        pytest.param(SECRETS, "SecretNotFound", id="secrets"),
        pytest.param(KEYS, "KeyNotFound", id="keys"),
        pytest.param(CERTIFICATES, "CertificateNotFound", id="certificates"),
    ],
)
def test_each_kind_has_its_own_words(kind: object, code: str) -> None:
    assert kind in (SECRETS, KEYS, CERTIFICATES)
    refusal = next(each for each in (SECRETS, KEYS, CERTIFICATES) if each is kind).not_found("a")
    assert (refusal.status, refusal.code) == (404, code)


def test_each_kind_has_its_own_shelf() -> None:
    objects = Objects(retention_days=7)
    assert SECRETS.shelf_of(objects) is objects.secrets
    assert KEYS.shelf_of(objects) is objects.keys
    assert CERTIFICATES.shelf_of(objects) is objects.certificates


def test_what_a_certificate_manages_is_left_alone() -> None:
    SECRETS.refuse_managed("set", managed=False)
    with pytest.raises(RefusedError) as refusal:
        KEYS.refuse_managed("delete", managed=True)
    assert (refusal.value.status, refusal.value.inner) == (403, "KeyManagedByKeyVault")
