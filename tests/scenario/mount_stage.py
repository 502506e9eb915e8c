"""The stage of the stories about mounted files: a node with the plugin, verbs to act, and what people see of pods."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import msgspec

from keyferry.cli import looking
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.session import Session, open_session
from keyferry.identity.http import open_session as open_http
from keyferry.kube.manifests import Manifests
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, PODS, Resource
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from keyferry.lab.world.faults import Service
from keyferry.lab.world.http import Request, Response
from keyferry.model.errors import NotFound
from keyferry.model.secrets import SecretValue
from tests.fakes.patience import PATIENCE
from tests.scenario import mount_traces
from tests.scenario.mount_azure import Vault
from tests.scenario.mount_plugin import Plugin

T = TypeVar("T")

QUICK: Final = ("--rotation-poll-interval", "1s")


def digest(value: str | bytes) -> str:
    """What stands for a value in a comparison, so that a failing test shows none."""
    return SecretValue(value.encode() if isinstance(value, str) else value).digest()


def digests(values: Mapping[str, str]) -> dict[str, str]:
    """The same of files by name."""
    return {name: digest(value) for name, value in values.items()}


class MountStage:
    """A lab whose first node has the plugin."""

    def __init__(self, session: Session, vault: Vault, *flags: str) -> None:
        self.session = session
        self.lab = session.lab
        self.client = session.client
        self.vault = vault
        self.plugin = Plugin(session, *flags)
        self._manifests = Manifests(session.client)

    @classmethod
    @asynccontextmanager
    async def open(cls, session: Session, *flags: str) -> AsyncIterator[Self]:
        """Start the plugin of the first node; at the end its pods go, then it. No story may leave a value about."""
        async with open_http() as http:
            engineer = Engineer(read_facts(session.lab.folder), session.client, http)
            await engineer.arrive()
            stage = cls(session, Vault(session.lab, engineer, http), *flags)
            try:
                await stage.plugin.start()
                yield stage
                await mount_traces.check(stage.client, stage.plugin, session.lab.kubelets[0].root)
            finally:
                session.lab.faults.clear(Service.VAULT)
                for kubelet in session.lab.kubelets:
                    await kubelet.close()
                await stage.plugin.stop()
                await engineer.credentials.aclose()

    async def prepare(self, namespace: str, *accounts: str) -> None:
        """Create a namespace with ServiceAccounts, `reader` if none are named."""
        await self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for name in accounts or ("reader",):
            metadata = {"namespace": namespace, "name": name}
            await self.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})

    async def apply(self, *documents: Mapping[str, Any]) -> None:
        """Apply documents in order."""
        for document in documents:
            await self._manifests.apply(document)

    async def read(self, resource: Resource, namespace: str, name: str) -> dict[str, Any] | None:
        """Return an object, None when it does not exist."""
        try:
            return dict(await self.client.get(resource, Key(namespace=namespace, name=name), msgspec.json.decode))
        except NotFound:
            return None

    async def all_of(self, resource: Resource, namespace: str) -> list[dict[str, Any]]:
        """Return the objects of a namespace."""
        pages = self.client.list(resource, namespace=namespace)
        return [msgspec.json.decode(item) async for page in pages for item in page.items]

    async def patch(self, resource: Resource, namespace: str, name: str, change: Mapping[str, Any]) -> None:
        """Merge a change into an object."""
        await self.client.merge_patch(resource, Key(namespace=namespace, name=name), msgspec.json.encode(change))

    async def delete(self, resource: Resource, namespace: str, name: str) -> None:
        """Delete an object; what kubelet has to do for that goes on."""
        await self.client.delete(resource, Key(namespace=namespace, name=name))

    async def runs(self, namespace: str, name: str) -> dict[str, Any]:
        """Wait for a pod to run and be ready, and return it."""

        async def look() -> dict[str, Any] | None:
            found = await self.read(PODS, namespace, name)
            return found if found and is_ready(found) else None

        return await self.until_true(look, namespace, f"pod {namespace}/{name} to run")

    async def waits(self, namespace: str, name: str, reason: str) -> None:
        """Wait until a pod's container waits for this reason."""

        async def look() -> bool | None:
            found = await self.read(PODS, namespace, name) or {}
            states = [one["state"] for one in found.get("status", {}).get("containerStatuses", ())]
            return True if any(one.get("waiting", {}).get("reason") == reason for one in states) else None

        await self.until_true(look, namespace, f"{reason} of {namespace}/{name}")

    async def runs_of(self, namespace: str, owner: str) -> dict[str, Any]:
        """Wait for the one pod whose name begins with that of its Deployment, and return it."""

        async def look() -> dict[str, Any] | None:
            found = [one for one in await self.all_of(PODS, namespace) if is_ready(one)]
            named = [one for one in found if one["metadata"]["name"].startswith(f"{owner}-")]
            return named[0] if len(named) == 1 else None

        return await self.until_true(look, namespace, f"a pod of {namespace}/{owner} to run")

    async def running(self, namespace: str, number: int) -> list[dict[str, Any]]:
        """Wait until a namespace has so many pods, all of which run, and return them."""

        async def look() -> list[dict[str, Any]] | None:
            found = await self.all_of(PODS, namespace)
            return found if len(found) == number and all(map(is_ready, found)) else None

        return await self.until_true(look, namespace, f"{number} pods of {namespace} to run")

    async def none_of(self, resource: Resource, namespace: str) -> None:
        """Wait until a namespace has no object of a kind."""

        async def look() -> bool | None:
            return None if await self.all_of(resource, namespace) else True

        await self.until_true(look, namespace, f"the last {resource.kind} of {namespace} to go")

    async def exists(self, resource: Resource, namespace: str, name: str) -> dict[str, Any]:
        """Wait until an object is there, and return it."""
        what = f"{resource.kind} {namespace}/{name}"
        return await self.until_true(lambda: self.read(resource, namespace, name), namespace, what)

    async def gone(self, resource: Resource, namespace: str, name: str) -> None:
        """Wait until an object is not there any more."""

        async def look() -> bool | None:
            return None if await self.read(resource, namespace, name) else True

        await self.until_true(look, namespace, f"{resource.kind} {namespace}/{name} to go")

    async def shows(self, namespace: str, name: str, files: Mapping[str, str]) -> None:
        """Wait until the files of a running pod are exactly these."""
        found = await self.runs(namespace, name)
        wanted = digests(files)

        async def look() -> bool | None:
            return True if self.files(found) == wanted else None

        await self.until_true(look, namespace, f"the wanted files in {namespace}/{name}")

    def files(self, pod: Mapping[str, Any]) -> dict[str, str]:
        """Return the digests of what a pod sees in its volume, none while it is not there."""
        folder = self.target(pod)
        try:
            present = (folder / "..data").resolve(strict=True)
            return {path.name: digest(path.read_bytes()) for path in present.iterdir()}
        except FileNotFoundError:  # not yet, or swapped meanwhile
            return {}

    def target(self, pod: Mapping[str, Any], volume: str = "secrets") -> Path:
        """Return where kubelet has a volume of a pod that has its node."""
        root = next(one.root for one in self.lab.kubelets if one.name == pod["spec"]["nodeName"])
        return root / "pods" / str(pod["metadata"]["uid"]) / "volumes/kubernetes.io~csi" / volume / "mount"

    def mounted(self, pod: Mapping[str, Any]) -> list[str]:
        """Return what the kernel has mounted for a pod."""
        uid = pod["metadata"]["uid"]
        return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if uid in line]

    async def told(self, namespace: str, reason: str, *words: str, name: str = "") -> str:
        """Wait for an event with this reason and all these words, about the object `name` if told; return its text."""

        async def look() -> str | None:
            for event in await self.events(namespace, reason, name):
                if all(word in event["message"] for word in words):
                    return str(event["message"])
            return None

        return await self.until_true(look, namespace, f"an event {reason} with {words}")

    async def events(self, namespace: str, reason: str = "", name: str = "") -> list[dict[str, Any]]:
        """Return the events of a namespace, those of one reason and about one object if told."""
        return [
            event
            for event in await self.all_of(EVENTS, namespace)
            if reason in ("", event["reason"]) and name in ("", event["involvedObject"]["name"])
        ]

    async def printed(self, namespace: str, name: str) -> list[str]:
        """Return what a pod's process has printed, as `kubectl logs` would."""
        server = self.lab.kubernetes
        path = f"/api/v1/namespaces/{namespace}/pods/{name}/log"
        headers = {"authorization": f"Bearer {server.admin_token}"}
        answer = await server.answer(Request(method="GET", path=path, headers=headers))
        assert isinstance(answer, Response)
        return answer.body.decode().splitlines() if answer.status == 200 else []

    async def printing(self, namespace: str, name: str, line: str) -> list[str]:
        """Wait for a pod's process to print this line last, and return all of them."""

        async def look() -> list[str] | None:
            lines = await self.printed(namespace, name)
            return lines if lines[-1:] == [line] else None

        return await self.until_true(look, namespace, f"{line!r} of {namespace}/{name}")

    async def holds(self, namespace: str, name: str, data: Mapping[str, str]) -> None:
        """Wait until a Secret holds exactly this."""

        async def look() -> bool | None:
            return True if await self.secret(namespace, name) == digests(data) else None

        await self.until_true(look, namespace, f"the wanted data in Secret {namespace}/{name}")

    async def secret(self, namespace: str, name: str) -> dict[str, str] | None:
        """Return the digests of a Secret's data, None where there is none."""
        seen = await looking.secret(self.client, Key(namespace=namespace, name=name))
        return None if seen is None else seen.digests

    async def until(self, look: Callable[[], T | None], what: str) -> T:
        """Wait until `look` returns something."""

        async def looking_now() -> T | None:
            return look()

        return await self.until_true(looking_now, "", what)

    async def until_true(self, look: Callable[[], Awaitable[T | None]], namespace: str, what: str) -> T:
        """The same for what is asked of a server. What fails tells the events of the namespace."""
        try:
            return await looking.until(look, seconds=PATIENCE, what=what)
        except Exception as error:
            for event in await self.events(namespace) if namespace else ():
                error.add_note(f"{event['involvedObject']['name']}: {event['reason']}: {event['message']}")
            error.add_note(self.plugin.log[-3000:])
            raise


@asynccontextmanager
async def open_mounts(folder: Path, seed: Mapping[str, Any], *flags: str, **options: Any) -> AsyncIterator[MountStage]:
    """Run a lab with a node and its plugin, and let this process live in it. `options` are the lab's."""
    async with open_session(Lab(parse(dict(seed)), folder, Options(**{"nodes": 1} | options))) as session:
        os.environ.update(session.lab.environment)
        await session.install()
        async with MountStage.open(session, *flags) as stage:
            yield stage


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Tell whether a pod runs and is ready."""
    status = pod.get("status", {})
    conditions = {one["type"]: one["status"] for one in status.get("conditions", ())}
    return status.get("phase") == "Running" and conditions.get("Ready") == "True"
