"""Minutes in which vaults fail, rotate, lose and refuse: no pod shows what its own identity did not read, or an older
value in place of a newer one; and in the end every pod shows the newest.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.chance import Chance
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from keyferry.mount.state import Payload
from tests.fakes import lab_azure, mount_stage, virtual_time
from tests.fakes.delivery_life import (
    ADMINISTRATOR,
    MAIN,
    SPARE,
    DeliveringNode,
    InlineExecutor,
    Vaults,
    WatchedPlace,
    request,
)
from tests.fakes.lab_session import LabSession, VirtualClock

MINUTES = 8
QUIET = 120.0
SITES = 3
NAMES = ("shared", *(f"site-{site}" for site in range(SITES)))
KINDS = ("plain", "stale", "both", "spare", "history")
WAYS = (
    Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=2)),
    Fault(kind=Kind.STATUS, status=503),
    Fault(kind=Kind.RESET),
    Fault(kind=Kind.GARBAGE),
)
EACH = 0.02


def client(site: int) -> str:
    return f"44444444-4444-4444-8444-{site:012}"


def document() -> dict[str, Any]:
    """Each site may read what is shared and its own; the first one may read and list everything in the main vault."""
    scopes = [f"vaults/{vault}/secrets/{name}" for vault in (MAIN, SPARE) for name in ("shared", "site-{}")]
    return {
        "tenants": [{"id": lab_azure.TENANT}],
        "vaults": [{"name": vault, "secrets": {}} for vault in (MAIN, SPARE)],
        "identities": [declared(site) for site in range(SITES)],
        "applications": [{"name": "administrator", "clientId": ADMINISTRATOR, "secrets": [{"value": "proof"}]}],
        "roleAssignments": [
            {"identity": f"site-{site}", "role": "Key Vault Secrets User", "scope": scope.format(site)}
            for site in range(SITES)
            for scope in scopes
        ]
        + [{"identity": "site-0", "role": "Key Vault Secrets User", "scope": f"vaults/{MAIN}"}]
        + [
            {"identity": "administrator", "role": "Key Vault Secrets Officer", "scope": f"vaults/{vault}"}
            for vault in (MAIN, SPARE)
        ],
    }


def declared(site: int) -> dict[str, Any]:
    credential = {
        "name": "cluster",
        "issuer": lab_azure.ISSUER,
        "subject": f"system:serviceaccount:app:site-{site}",
        "audiences": [lab_azure.AUDIENCE],
    }
    return {"name": f"site-{site}", "clientId": client(site), "federatedCredentials": [credential]}


def objects(site: int, kind: str) -> str:
    names = {"both": (f"site-{site}", "shared"), "stale": ("shared",), "thief": ("shared", "site-0")}.get(
        kind, ("shared", f"site-{site}")
    )
    more = "    objectVersionHistory: 3\n" if kind == "history" else ""
    return "array:\n" + "".join(f"  - |\n    objectName: {name}\n    objectType: secret\n{more}" for name in names)


class Story:
    """The node, its pods, and what has been seen of them."""

    def __init__(self, chance: Chance, folder: Path) -> None:
        self.chance, self.folder = chance, folder
        self.clock = VirtualClock()
        self.azure = Azure(seed.parse(document()), self.clock.now(), lab_azure.sources())
        self.faults = Faults(chance)
        self.vaults = Vaults(self.azure, self.clock)
        self.place = WatchedPlace(self.on_fill)
        self.classes = mount_stage.FakeClasses()
        self.held: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)  # by volume: vault and file
        self.fills = 0
        for site in range(SITES):
            for kind in KINDS:
                self._define(site, kind)
        self._define(1, "thief")
        self.volumes = [(site, kind) for site in range(SITES) for kind in KINDS if site == 0 or kind != "history"]
        self.node = self._new_node()

    def _define(self, site: int, kind: str) -> None:
        fields: dict[str, Any] = {}
        if kind in {"stale", "both"}:
            fields["serve_stale"] = timedelta(hours=1)
        if kind == "spare":
            fields["fallback_vaults"] = (SPARE,)
        parameters = {
            "keyvaultName": MAIN,
            "tenantID": lab_azure.TENANT,
            "clientID": client(site),
            "objects": objects(site, kind),
        }
        name = f"{kind}-{site}"
        self.classes.found["app", name] = mount_stage.spec(name=name, parameters=parameters, **fields)

    def _new_node(self) -> DeliveringNode:
        session = LabSession(self.azure, self.clock, self.faults)
        return DeliveringNode(session, self.clock, self.classes, self.place, self.folder)

    def on_fill(self, target: str, payload: Payload) -> None:
        """Judge what a pod is about to see."""
        kind, _, number = target[1:].rpartition("-")
        site, held = int(number), self.held[target]
        self.fills += 1
        assert kind != "thief", "no identity is given another's"
        for file in payload.files:
            vault, name, text = file.content.reveal().decode().split("|")
            value = int(text)
            assert value in self.vaults.read[client(site), vault, name], "the identity read it itself"
            assert name in {"shared", f"site-{site}"}
            assert vault == MAIN or kind == "spare"
            if kind != "history":
                assert value >= held.get((vault, file.path), 0), "no older value takes its place"
                held[vault, file.path] = value
        assert len({file.content.reveal().split(b"|")[0] for file in payload.files}) == 1, "one vault gave it all"

    async def pod(self, site: int, kind: str) -> None:
        """Kubelet's calls for one pod, which ends now and then and begins anew."""
        asked = request(f"{kind}-{site}", f"{kind}-{site}", f"site-{site}")
        while True:
            if not await self.node.publish(asked):
                await asyncio.sleep(1 + 4 * self.chance.next())
                continue
            for _ in range(1 + int(4 * self.chance.next())):
                await asyncio.sleep(15 + 30 * self.chance.next())
                assert await self.node.publish(asked), "a volume that shows files stays published"
            if self.is_wild:
                await self.node.publisher.unpublish(asked.volume_id, asked.target_path)
                self.held.pop(asked.target_path, None)
                assert asked.target_path not in self.place.volumes

    async def run(self) -> None:
        asyncio.get_running_loop().set_default_executor(InlineExecutor(1))
        self.is_wild = True
        for vault in (MAIN, SPARE):
            for name in NAMES:
                await self.vaults.put(vault, name)
        await self.node.start()
        pods = [asyncio.create_task(self.pod(site, kind)) for site, kind in (*self.volumes, (1, "thief"))]
        for service in (Service.VAULT, Service.ENTRA):
            for way in WAYS:
                self.faults.add(service, Rule(fault=way, rate=EACH))
        await asyncio.gather(self._rotate(), self._fail(), self._refuse(), self._lose())
        self.is_wild = False
        self.faults.clear()
        await asyncio.sleep(QUIET)
        assert [task.exception() for task in pods if task.done()] == []
        for task in pods:
            task.cancel()
        await asyncio.gather(*pods, return_exceptions=True)
        await self.node.end()
        self._judge()

    def _end(self) -> float:
        return asyncio.get_running_loop().time() + MINUTES * 60

    async def _rotate(self) -> None:
        end = self._end()
        while asyncio.get_running_loop().time() < end:
            await self.vaults.put((MAIN, SPARE)[self.chance.next() < 0.2], self._any_name())
            await asyncio.sleep(1.1 + 3 * self.chance.next())

    async def _fail(self) -> None:
        end = self._end()
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(20 + 30 * self.chance.next())
            host = f"{(MAIN, SPARE)[self.chance.next() < 0.2]}.vault.azure.net"
            number = self.faults.add(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET), host=host))
            await asyncio.sleep(60 * self.chance.next())
            self.faults.remove(number)

    async def _refuse(self) -> None:
        """Take a role away, and give it back."""
        end, roles = self._end(), self.azure.assignments
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(30 * self.chance.next())
            held = [one.assignment for one in roles.in_force.values() if "/secrets/" in one.assignment.scope]
            taken = roles.delete(held[int(self.chance.next() * len(held))].id)
            await asyncio.sleep(20 * self.chance.next())
            assert taken is not None
            roles.put(taken)

    async def _lose(self) -> None:
        """Disable the latest version of a secret, or delete the secret; and take it back."""
        end = self._end()
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(20 + 20 * self.chance.next())
            name, call = self._any_name(), self.vaults.call
            version = self.vaults.versions[MAIN, name][-1]
            is_deleted = self.chance.next() < 0.5
            if is_deleted:
                await call("DELETE", MAIN, f"secrets/{name}")
            else:
                await call("PATCH", MAIN, f"secrets/{name}/{version}", {"attributes": {"enabled": False}})
            await asyncio.sleep(20 * self.chance.next())
            if is_deleted:
                await call("POST", MAIN, f"deletedsecrets/{name}/recover")
            else:
                await call("PATCH", MAIN, f"secrets/{name}/{version}", {"attributes": {"enabled": True}})

    def _any_name(self) -> str:
        return NAMES[int(self.chance.next() * len(NAMES))]

    def _judge(self) -> None:
        assert self.fills > 10 * len(self.volumes)
        for site, kind in self.volumes:
            shown = self.place.volumes[f"/{kind}-{site}"]
            assert shown is not None
            found = [file.content.reveal().decode() for file in shown.files]
            names = ("shared",) if kind == "stale" else ("shared", f"site-{site}")
            depth = 3 if kind == "history" else 1
            wanted = [f"{MAIN}|{name}|{self.vaults.newest[MAIN, name] - age}" for name in names for age in range(depth)]
            assert sorted(found) == sorted(wanted), (site, kind)
        assert "/thief-1" not in self.place.volumes


@pytest.fixture(autouse=True)
def _challenges() -> Iterator[None]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    yield
    http_challenge_cache.clear()


@pytest.mark.parametrize("chance", [1, 2])
def test_pods_show_their_own_and_the_newest_after_all_that_can_happen_to_vaults(chance: int, tmp_path: Path) -> None:
    async def story() -> None:
        await Story(Chance(chance), tmp_path).run()

    virtual_time.run(story())
