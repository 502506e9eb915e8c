import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.access_tokens import Caller
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault import firewall
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.vault_settings import NetworkRules
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

CALLER = Caller(object_id="oid", client_id="app", tenant_id="tenant", issuer="https://sts/", audience="")


def _vault(action: str, *rules: str, public: bool = True) -> Vault:
    vault = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
    vault.network = NetworkRules(default_action=action, ip_rules=rules)
    vault.public_network_access = public
    return vault


@pytest.mark.parametrize(
    ("client", "rules", "expected"),
    [
        pytest.param("203.0.113.9", ("203.0.113.9",), True, id="address"),
        pytest.param("203.0.113.9", ("198.51.100.1", "203.0.113.0/24"), True, id="range"),
        pytest.param("203.0.113.9", ("203.0.113.1/24",), True, id="range-with-host-bits"),
        pytest.param("203.0.114.9", ("203.0.113.0/24",), False, id="outside"),
        pytest.param("203.0.113.9", (), False, id="no-rule"),
        pytest.param("::ffff:203.0.113.9", ("203.0.113.9",), True, id="mapped-into-ipv6"),
        pytest.param("::1", ("0.0.0.0/0",), False, id="ipv6"),
        pytest.param("", ("0.0.0.0/0",), False, id="unknown"),
    ],
)
def test_addresses(client: str, rules: tuple[str, ...], expected: bool) -> None:
    assert firewall.known(client, rules) is expected


def test_lets_everybody_in_by_default_and_those_it_knows_otherwise() -> None:
    firewall.admit(_vault("Allow"), "203.0.113.9", CALLER)
    firewall.admit(_vault("Deny", "203.0.113.9"), "203.0.113.9", CALLER)


def test_tells_a_stranger_its_address() -> None:
    with pytest.raises(RefusedError, match=r"Client address: 203\.0\.113\.9\nCaller: appid=app;oid=oid") as refusal:
        firewall.admit(_vault("Deny"), "203.0.113.9", CALLER)
    assert (refusal.value.status, refusal.value.inner) == (403, "ForbiddenByFirewall")


def test_without_public_access_rules_let_nobody_in() -> None:
    with pytest.raises(RefusedError, match="private link") as refusal:
        firewall.admit(_vault("Allow", "203.0.113.9", public=False), "203.0.113.9", CALLER)
    assert (refusal.value.status, refusal.value.inner) == (403, "ForbiddenByConnection")
