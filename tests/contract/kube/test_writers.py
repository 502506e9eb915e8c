"""What leader election and the event recorder promise, on any API server."""

import asyncio
import json
from typing import Any

from structlog.testing import capture_logs

from keyferry.kube.client import Client
from keyferry.kube.controller.lease import LeaderElector
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import WARNING, ObjectReference
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, LEASES
from keyferry.runtime.clock import SystemClock

LEASE = Key(namespace="default", name="operator")


async def test_a_lease_is_acquired_and_given_back(client: Client) -> None:
    elected = asyncio.Event()
    elector = LeaderElector(client, LEASE, "me", clock=SystemClock())
    with capture_logs() as logs:
        task = asyncio.create_task(elector.run(elected.set, lambda: None))
        await elected.wait()
        held: dict[str, Any] = await client.get(LEASES, LEASE, json.loads)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [entry["event"] for entry in logs] == ["lease.acquired", "lease.released"]
    released: dict[str, Any] = await client.get(LEASES, LEASE, json.loads)
    assert held["spec"]["holderIdentity"] == "me"
    assert not released["spec"].get("holderIdentity")
    assert released["spec"]["leaseDurationSeconds"] == 1


async def test_repeated_events_are_one_event_with_a_count(client: Client) -> None:
    involved = ObjectReference(api_version="v1", kind="ConfigMap", name="a", namespace="default", uid="u")
    recorder = Recorder(client, "external-secrets", clock=SystemClock())
    for _ in range(3):
        recorder.record(involved, WARNING, "UpdateFailed", "no access")
    recorder.record(involved, WARNING, "UpdateFailed", "something else")
    await recorder.flush()
    events: list[Any] = [json.loads(bytes(item)) async for page in client.list(EVENTS) for item in page.items]
    assert sorted((event["message"], event["count"]) for event in events) == [("no access", 3), ("something else", 1)]
    assert {event["involvedObject"]["uid"] for event in events} == {"u"}
