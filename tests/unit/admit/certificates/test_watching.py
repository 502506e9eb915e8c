"""Whatever happens to what is watched wakes; by its name, so that a role can be as narrow."""

import asyncio

from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.admit.certificates.watching import Wake, reflectors
from keyferry.kube.wire.objects import Key
from tests.fakes.patience import patient
from tests.fakes.webhook_certificates import REGISTRATION, SECRET, Cluster, configuration, entry


async def test_changes_wake() -> None:
    async with Cluster.open() as cluster:
        changed = asyncio.Event()
        tasks = [asyncio.create_task(one.run()) for one in reflectors(cluster.client, SECRET, REGISTRATION, changed)]
        await cluster.api.until(lambda: cluster.api.verbs().count("watch") == 3)
        assert {seen.query["fieldSelector"] for seen in cluster.api.seen} == {
            "metadata.name=keyferry-webhook-tls",
            "metadata.name=mutate",
            "metadata.name=validate",
        }
        assert not changed.is_set()
        cluster.world.seed(VALIDATING, configuration("another"))
        cluster.world.seed(MUTATING, configuration("mutate", entry("e")))
        async with patient():
            await changed.wait()
        changed.clear()
        cluster.world.remove(MUTATING, Key(name="mutate"))
        async with patient():
            await changed.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_what_cannot_be_read_wakes_as_well() -> None:
    changed = asyncio.Event()
    wake = Wake(changed)
    wake.synced()
    assert not changed.is_set()
    wake.undecodable(Key(name="mutate"), "no metadata")
    assert changed.is_set()
