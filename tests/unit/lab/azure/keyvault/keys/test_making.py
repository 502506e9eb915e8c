import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.keys import making
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

TIMES = Attributes(created=1, updated=1, not_before=2, expires=3)


@pytest.mark.parametrize(
    ("spec", "hsm", "type_", "operations"),
    [
        pytest.param("P-256", False, "EC", 2, id="ec"),
        pytest.param("P-256", True, "EC-HSM", 2, id="ec-hsm"),
        pytest.param("RSA-2048", False, "RSA", 6, id="rsa"),
        pytest.param("RSA-2048", True, "RSA-HSM", 6, id="rsa-hsm"),
    ],
)
def test_a_version_may_do_all_that_its_type_can(spec: str, hsm: bool, type_: str, operations: int) -> None:
    made = making.version("v", lab_azure.private_key(spec), TIMES, hsm=hsm)
    assert (made.type, len(made.operations)) == (type_, operations)


def test_a_new_version_is_told() -> None:
    told: list[News] = []
    vault = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
    moment = Moment(vault=vault, now=NOW, sources=lab_azure.sources(), tell=told.append)
    version = making.version("v", lab_azure.private_key("P-256"), TIMES, operations=("sign",))
    making.add(moment, Key(name="New"), version)
    assert vault.objects.keys.live["new"].latest is version
    assert told == [News(vault="kv-one", kind="Key", name="New", version="v", not_before=2, expires=3, at=NOW)]
