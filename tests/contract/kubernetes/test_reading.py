"""kubectl reads: every form of get, describe, watches and waits."""

import asyncio

import pytest

from tests.contract.kubernetes.conftest import Kubectl
from tests.fakes.patience import patient


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("get ferries", "NAME HARBOUR READY nordlys Bodo", id="table-without-wide-columns"),
        pytest.param("get fy -o wide", "NAME HARBOUR READY SEATS nordlys Bodo 12", id="wide-shows-low-priority"),
        pytest.param("get all", "NAME HARBOUR READY ferry.example.com/nordlys Bodo", id="category"),
        pytest.param("get ferry nordlys -o name", "ferry.example.com/nordlys", id="name"),
        pytest.param("get ferry nordlys -o jsonpath={.spec}", '{"harbour":"Bodo","seats":12}', id="jsonpath"),
        pytest.param(
            "get fy -A -o custom-columns=N:.metadata.name,S:.spec.seats", "N S nordlys 12", id="custom-columns"
        ),
        pytest.param("get fy -l app=none", "", id="label-selector"),
        pytest.param("get fy --field-selector metadata.name=nordlys -o name", "ferry.example.com/nordlys", id="fields"),
        pytest.param(
            "get ns --chunk-size=1 -o name",
            "namespace/default namespace/kube-node-lease namespace/kube-public namespace/kube-system",
            id="pages",
        ),
    ],
)
async def test_gets(ferries: Kubectl, command: str, expected: str) -> None:
    assert " ".join((await ferries(command)).split()) == expected


async def test_gets_yaml_with_everything_the_server_added(ferries: Kubectl) -> None:
    shown = await ferries("get ferry nordlys -o yaml")
    assert "  seats: 12\n" in shown
    assert "  generation: 1\n" in shown
    assert "  namespace: default\n" in shown


async def test_warns_of_a_deprecated_version_and_serves_it(ferries: Kubectl) -> None:
    outcome = await ferries.run("get", "ferries.v1beta1.example.com", "nordlys", "-o", "jsonpath={.apiVersion}")
    assert outcome.out == "example.com/v1beta1"
    assert "Warning: example.com/v1beta1 Ferry is deprecated" in outcome.err


async def test_describes_with_events(ferries: Kubectl) -> None:
    event = """
apiVersion: v1
kind: Event
metadata: {name: nordlys.1, namespace: default}
involvedObject: {apiVersion: example.com/v1, kind: Ferry, name: nordlys, namespace: default, uid: UID}
reason: Departed
message: on time
type: Normal
count: 1
source: {component: harbour}
firstTimestamp: 2026-01-01T00:00:00Z
lastTimestamp: 2026-01-01T00:00:00Z
"""
    uid = await ferries("get ferry nordlys -o jsonpath={.metadata.uid}")
    await ferries("create -f -", stdin=event.replace("UID", uid))
    assert "Departed" in await ferries("describe ferry nordlys")
    assert "on time" in await ferries("events --for ferry/nordlys")
    assert "ferry/nordlys" in await ferries("get events")
    assert "on time" in await ferries("get events.v1.events.k8s.io -o jsonpath={.items[0].note}")


async def test_watches_changes_as_table_rows(ferries: Kubectl) -> None:
    async with ferries.running("get", "ferries", "-w") as process, patient():
        assert process.stdout is not None
        assert (await process.stdout.readline()).split() == [b"NAME", b"HARBOUR", b"READY"]
        assert (await process.stdout.readline()).split() == [b"nordlys", b"Bodo"]
        await ferries('patch ferry nordlys --type=merge -p {"spec":{"harbour":"Hamar"}}')
        assert (await process.stdout.readline()).split() == [b"nordlys", b"Hamar"]


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("condition=Ready", id="condition"),
        pytest.param("jsonpath={.status.berth}=4", id="jsonpath"),
    ],
)
async def test_waits_for_a_status(ferries: Kubectl, condition: str) -> None:
    waiting = asyncio.create_task(ferries(f"wait ferry/nordlys --for={condition} --timeout=90s"))
    patch = '{"status":{"berth":4,"conditions":[{"type":"Ready","status":"True"}]}}'
    await ferries(f"patch ferry nordlys --subresource=status --type=merge -p {patch}")
    assert "condition met" in await waiting


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        pytest.param("get secret none", 'Error from server (NotFound): secrets "none" not found', id="object"),
        pytest.param("get nosuch", 'the server doesn\'t have a resource type "nosuch"', id="kind"),
        pytest.param("get secrets -l a=(", "unable to parse requirement", id="selector"),
        pytest.param("get secrets --field-selector spec.x=1", "field label not supported: spec.x", id="field"),
    ],
)
async def test_refuses_to_read(kubectl: Kubectl, command: str, complaint: str) -> None:
    assert complaint in await kubectl.refused(command)
