import pytest

from keyferry.lab.azure.eventgrid.nearing import DAY, nearing
from keyferry.lab.azure.keyvault.certificate import Certificate, LifetimeAction, Policy
from keyferry.lab.azure.keyvault.key import Key, RotationAction, RotationPolicy
from keyferry.lab.azure.keyvault.news import ObjectType
from keyferry.lab.azure.keyvault.objects import Objects
from tests.fakes import lab_grid
from tests.fakes.lab_grid import NOW

START = int(NOW.timestamp())
END = START + 100 * DAY


def _objects(lifetime: LifetimeAction | None = None, *rotation: RotationAction) -> Objects:
    objects = Objects(retention_days=90)
    actions = () if lifetime is None else (lifetime,)
    objects.certificates.put(Certificate(name="Thing", policy=Policy(lifetime_actions=actions)))
    objects.keys.put(Key(name="Thing", rotation=RotationPolicy(actions=rotation)))
    return objects


@pytest.mark.parametrize(
    ("kind", "objects", "days_before"),
    [
        pytest.param("Secret", _objects(), 30, id="secret"),
        pytest.param("Certificate", Objects(retention_days=90), 30, id="unknown-certificate"),
        pytest.param("Certificate", _objects(), 30, id="certificate-without-an-action"),
        pytest.param(
            "Certificate", _objects(LifetimeAction(kind="AutoRenew", days_before_expiry=7)), 7, id="certificate-days"
        ),
        pytest.param(
            "Certificate",
            _objects(LifetimeAction(kind="EmailContacts", lifetime_percentage=80)),
            20,
            id="certificate-percentage",
        ),
        pytest.param("Key", Objects(retention_days=90), 30, id="unknown-key"),
        pytest.param("Key", _objects(None, RotationAction(kind="Rotate", before_expiry="P9D")), 30, id="key-rotated"),
        pytest.param("Key", _objects(None, RotationAction(kind="Notify", before_expiry="P9D")), 9, id="key-notified"),
    ],
)
def test_days_before_the_end(kind: ObjectType, objects: Objects, days_before: int) -> None:
    news = lab_grid.news("thing", kind=kind)
    assert nearing(objects, news, END) == END - days_before * DAY


def test_a_percentage_counts_from_when_the_certificate_is_valid() -> None:
    objects = _objects(LifetimeAction(kind="AutoRenew", lifetime_percentage=50))
    news = lab_grid.news("thing", kind="Certificate", not_before=START + 50 * DAY)
    assert nearing(objects, news, END) == START + 75 * DAY
