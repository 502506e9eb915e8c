import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import CLOUDS, PUBLIC
from keyferry.lab.azure.directory import Directory, Identity
from keyferry.lab.azure.seed.declaration import FederatedCredential, IdentitySeed
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

APPLICATION = "12121212-1212-4212-8212-121212121212"
SEED = seed.parse(
    lab_azure.document(
        applications=[{"name": "app", "clientId": APPLICATION, "tenantId": lab_azure.TENANT}],
        machine={"systemAssigned": True, "identities": ["reader"]},
    )
)


def _directory(**delays: float) -> Directory:
    directory = Directory(SEED)
    for name, seconds in delays.items():
        setattr(directory.delays, f"{name}_seconds", seconds)
    return directory


def _credential(name: str = "two", subject: str = "s") -> FederatedCredential:
    return FederatedCredential(name=name, issuer="https://i/", subject=subject, audience="a")


def _new(name: str = "newcomer") -> IdentitySeed:
    return replace(
        SEED.identities[0], name=name, client_id=f"{name}-client", principal_id=f"{name}-id", resource_id=f"/ids/{name}"
    )


def _loner(directory: Directory) -> Identity:
    return next(each for each in directory.identities if each.client_id == lab_azure.LONER)


def test_finds_a_tenant_of_the_cloud_by_id_or_domain() -> None:
    directory = _directory()
    found = directory.tenant(lab_azure.TENANT.upper(), PUBLIC)
    assert found is not None
    assert directory.tenant("LAB.example", PUBLIC) is found
    assert directory.tenant_by_id(lab_azure.TENANT) is found
    assert directory.tenant("lab.example", CLOUDS[1]) is None
    assert directory.tenant_by_id("none") is None


def test_finds_a_client_in_its_own_tenant_alone() -> None:
    directory = _directory()
    assert directory.client(lab_azure.TENANT, lab_azure.READER.upper(), NOW) is directory.identities[0]
    assert directory.client(lab_azure.TENANT, APPLICATION, NOW) is directory.applications[0]
    assert directory.client(lab_azure.TENANT, directory.machine.own[0].client_id, NOW) is directory.machine.own[0]
    assert directory.client(lab_azure.OTHER_TENANT, lab_azure.READER, NOW) is None


def test_finds_an_identity_by_its_resource_and_principal() -> None:
    directory = _directory()
    reader = directory.identities[0]
    assert directory.identity_at(reader.resource_id.upper()) is reader
    assert directory.identity_at("/nowhere") is None
    assert directory.knows_principal(reader.principal_id.upper(), NOW)
    assert not directory.knows_principal("nobody", NOW)


def test_an_identity_comes_and_goes() -> None:
    directory = _directory()
    added = directory.add_identity(_new(), NOW)
    assert directory.client(lab_azure.TENANT, "newcomer-client", NOW) is added
    assert directory.remove_identity("/IDS/newcomer") is added
    assert directory.client(lab_azure.TENANT, "newcomer-client", NOW) is None
    assert directory.remove_identity("/ids/newcomer") is None


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param(_new("other"), id="resource-id"),
        pytest.param(replace(_new("other"), resource_id="/ids/free", client_id="newcomer-client"), id="client-id"),
    ],
)
def test_refuses_a_second_identity_of_the_same_id(twin: IdentitySeed) -> None:
    directory = _directory()
    directory.add_identity(replace(_new(), resource_id="/ids/other"), NOW)
    with pytest.raises(ValueError, match=r"exists|taken"):
        directory.add_identity(twin, NOW)


def test_a_new_principal_is_noticed_after_a_while() -> None:
    directory = _directory(principal=10)
    directory.add_identity(_new(), NOW)
    assert not directory.knows_principal("newcomer-id", later(seconds=9))
    assert directory.client(lab_azure.TENANT, "newcomer-client", later(seconds=9)) is None
    assert directory.identity_at("/ids/newcomer") is not None
    assert directory.knows_principal("newcomer-id", later(seconds=10))
    directory.delays.principal_seconds = 0
    assert directory.knows_principal("newcomer-id", NOW)


def test_a_credential_counts_when_its_delay_is_over() -> None:
    directory = _directory(federated_credential=30)
    loner = _loner(directory)
    assert directory.put_credential(loner, _credential(), NOW)
    assert loner.credentials["two"] == _credential()
    assert directory.credentials_seen(loner, later(seconds=29)) == ()
    assert directory.is_propagating(loner, later(seconds=29))
    assert directory.credentials_seen(loner, later(seconds=30)) == (_credential(),)
    assert not directory.is_propagating(loner, later(seconds=30))


def test_a_change_and_a_removal_take_as_long() -> None:
    directory = _directory(federated_credential=30)
    loner = _loner(directory)
    directory.put_credential(loner, _credential(), NOW)
    assert not directory.put_credential(loner, _credential(subject="changed"), later(seconds=40))
    assert directory.remove_credential(loner, "TWO", later(seconds=60)) == _credential(subject="changed")
    assert directory.remove_credential(loner, "two", later(seconds=61)) is None
    seen = [directory.credentials_seen(loner, later(seconds=second)) for second in (30, 69, 70, 89, 90)]
    old, new = (_credential(),), (_credential(subject="changed"),)
    assert seen == [old, old, new, new, ()]


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from(["one", "TWO", "Three"]), st.booleans()), min_size=1, max_size=20
    ),
    delay=st.integers(0, 40),
)
def test_entra_sees_what_arm_had_a_delay_ago(steps: list[tuple[int, str, bool]], delay: int) -> None:
    directory = _directory(federated_credential=delay)
    loner = _loner(directory)
    history: list[tuple[int, set[FederatedCredential]]] = [(-1000, set())]
    second = 0
    for number, (pause, name, put) in enumerate(steps):
        second += pause
        if put:
            directory.put_credential(loner, _credential(name, str(number)), later(seconds=second))
        else:
            directory.remove_credential(loner, name, later(seconds=second))
        history.append((second, set(loner.credentials.values())))
    for ahead in (0, 1, delay // 2, delay):
        then = second + ahead - delay
        expected = next(state for when, state in reversed(history) if when <= then)
        assert set(directory.credentials_seen(loner, later(seconds=second + ahead))) == expected
    settled = later(seconds=second) + timedelta(seconds=delay)
    assert set(directory.credentials_seen(loner, settled)) == set(loner.credentials.values())


def test_everything_is_plain_data() -> None:
    directory = _directory()
    directory.put_credential(directory.applications[0], _credential(), NOW)
    for each in (*directory.clients(), directory.machine, directory.delays):
        assert json.loads(json.dumps(asdict(each), default=str))
