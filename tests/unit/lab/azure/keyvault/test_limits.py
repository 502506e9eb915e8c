import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault import limits
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.key import Key, KeyType, KeyVersion
from keyferry.lab.azure.keyvault.limits import Budget, Cost, Limits
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.seed.declaration import Knobs
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

SEED = seed.parse(lab_azure.document()).vaults[0]


def _vault(name: str = "kv-one", **knobs: object) -> Vault:
    given = replace(SEED, name=name, knobs=Knobs(**knobs))  # type: ignore[arg-type]  # by keyword
    return plant(given, PUBLIC, NOW, lab_azure.sources())


@pytest.mark.parametrize(
    ("operation", "budget"),
    [
        pytest.param(None, Budget.OTHERS, id="an-unknown-address"),
        pytest.param(Operation.SECRET_SET, Budget.SETS, id="set"),
        pytest.param(Operation.SECRET_GET, Budget.OTHERS, id="get"),
        pytest.param(Operation.SECRET_LIST, Budget.OTHERS, id="list"),
        pytest.param(Operation.KEY_CREATE, Budget.KEY_MAKERS, id="make-a-key"),
        pytest.param(Operation.KEY_SIGN, Budget.KEYS, id="use-a-key"),
        pytest.param(Operation.CERTIFICATE_GET, Budget.OTHERS, id="certificate"),
    ],
)
def test_what_counts_towards_what(operation: Operation | None, budget: Budget) -> None:
    route = None if operation is None else Route(operation=operation, name="n")
    assert limits.cost(route, _vault()).budget is budget


def _key(bits: int, kind: KeyType) -> Key:
    modulus = base64.urlsafe_b64encode(b"\xff" * (bits // 8)).decode().rstrip("=")
    public = (("n", modulus), ("e", "AQAB")) if bits else (("x", "AA"), ("y", "AA"))
    attributes = Attributes(created=0, updated=0)
    version = KeyVersion(id="0" * 32, type=kind, pem="", public=public, operations=(), attributes=attributes)
    return Key(name="Signer", versions={version.id: version})


@pytest.mark.parametrize(
    ("bits", "kind", "name", "units"),
    [
        pytest.param(2048, "RSA", "signer", 1, id="2048"),
        pytest.param(3072, "RSA", "signer", 4, id="3072"),
        pytest.param(4096, "RSA", "signer", 8, id="4096"),
        pytest.param(4096, "RSA-HSM", "signer", 16, id="4096-in-hardware"),
        pytest.param(0, "EC", "signer", 1, id="curve"),
        pytest.param(0, "EC-HSM", "signer", 2, id="curve-in-hardware"),
        pytest.param(4096, "RSA", "other", 1, id="unknown"),
        pytest.param(4096, "RSA", "", 1, id="a-list"),
    ],
)
def test_a_larger_key_costs_more(bits: int, kind: KeyType, name: str, units: int) -> None:
    vault = _vault()
    vault.objects.keys.put(_key(bits, kind))
    assert limits.cost(Route(operation=Operation.KEY_SIGN, name=name), vault) == Cost(Budget.KEYS, units)


@pytest.mark.parametrize(
    ("budget", "capacity"),
    [
        pytest.param(Budget.SETS, 300, id="sets"),
        pytest.param(Budget.KEY_MAKERS, 20, id="key-makers"),
        pytest.param(Budget.KEYS, 4000, id="keys"),
        pytest.param(Budget.OTHERS, 4000, id="others"),
    ],
)
def test_the_documented_limits(budget: Budget, capacity: int) -> None:
    taken, vault = Limits(), _vault()
    assert all(taken.take(vault, Cost(budget), NOW) is None for _ in range(capacity))
    assert taken.take(vault, Cost(budget), NOW) == timedelta(seconds=10)


def test_a_subscription_takes_five_times_what_a_vault_does() -> None:
    taken, vaults = Limits(), [_vault(f"kv-{number}", other_per_10s=10) for number in range(6)]
    answers = [[taken.take(vault, Cost(Budget.OTHERS), NOW) for _ in range(10)] for vault in vaults]
    assert [all(answer is None for answer in of_vault) for of_vault in answers] == [True] * 5 + [False]
    elsewhere = _vault("kv-far", other_per_10s=10)
    elsewhere.location = "northeurope"
    assert taken.take(elsewhere, Cost(Budget.OTHERS), NOW) is None


def test_a_vault_with_small_limits_is_not_spent_by_others() -> None:
    taken, busy, small = Limits(), _vault(), _vault("kv-small", other_per_10s=2)
    assert all(taken.take(busy, Cost(Budget.OTHERS), NOW) is None for _ in range(3000))
    assert [taken.take(small, Cost(Budget.OTHERS), NOW) is None for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("refused_count", "expected"),
    [pytest.param(False, None, id="not-counted"), pytest.param(True, timedelta(seconds=9), id="counted")],
)
def test_refused_requests_count_where_the_knob_says_so(refused_count: bool, expected: timedelta | None) -> None:
    taken, vault = Limits(), _vault(other_per_10s=1, refused_count=refused_count)
    assert taken.take(vault, Cost(Budget.OTHERS), NOW) is None
    assert taken.take(vault, Cost(Budget.OTHERS), later(seconds=9)) == timedelta(seconds=1)
    assert taken.take(vault, Cost(Budget.OTHERS), later(seconds=10)) == expected


def test_limits_scale_and_one_is_always_let_through() -> None:
    taken, vault = Limits(), _vault(sets_per_10s=300, limit_percent=1)
    assert [taken.take(vault, Cost(Budget.SETS), NOW) is None for _ in range(4)] == [True] * 3 + [False]
    assert [taken.take(vault, Cost(Budget.KEY_MAKERS), NOW) is None for _ in range(2)] == [True, False]
