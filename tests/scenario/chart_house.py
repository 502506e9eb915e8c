"""A lab with a release of the chart in it, and its processes: what stories do there, and what they see."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from keyferry.admit.certificates import registrations
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import NotFound
from tests.fakes.patience import PATIENCE
from tests.scenario import mount_manifests
from tests.scenario.chart_release import USUAL, Part, Release
from tests.scenario.mount_stage import digests
from tests.scenario.stage import READER

SERVICE: Final = Key(namespace="keyferry", name="keyferry-webhook")
CONFIGURATIONS: Final = (
    (MUTATING, "keyferry-mutate"),
    (VALIDATING, "keyferry-validate"),
    (VALIDATING, "keyferry-advise"),
)

Json = dict[str, Any]


class House:
    """A lab with a release in it, and the processes of the release."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.client: Client = session.client
        self.release = Release(session)
        self.parts: dict[str, Part] = {}
        self.values: Json = {**USUAL, "node": {"syncSecret": {"enabled": True}}}

    async def start(self, component: str, name: str = "") -> Part:
        """Start a container of the release."""
        part = Part(self.session, component, name)
        self.parts[name or component] = part
        await part.start()
        return part

    async def stop(self, name: str) -> None:
        """End it."""
        await self.parts.pop(name).stop()

    async def stop_all(self) -> None:
        """End whatever runs, in whichever story it was started."""
        for name in reversed(tuple(self.parts)):
            await self.stop(name)

    async def put(self, api_version: str, kind: str, place: str, **fields: Any) -> None:
        """Apply a document; `place` is NAMESPACE/NAME, or NAME."""
        namespace, _, name = place.rpartition("/")
        metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **fields.pop("metadata", {})}
        await self.session.put({"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields})

    async def site(self, namespace: str) -> None:
        """Make a namespace with the account `reader`, and a store of it."""
        await self.put("v1", "Namespace", namespace)
        annotations = {"azure.workload.identity/client-id": READER}
        await self.put("v1", "ServiceAccount", f"{namespace}/reader", metadata={"annotations": annotations})
        azure = {
            "authType": "WorkloadIdentity",
            "vaultUrl": f"https://{mount_manifests.HOST}",
            "serviceAccountRef": {"name": "reader"},
        }
        spec = {"provider": {"azurekv": azure}}
        await self.put("external-secrets.io/v1", "SecretStore", f"{namespace}/kv", spec=spec)

    async def order(self, namespace: str, name: str = "db", **target: str) -> Key:
        """Ask for a Secret, with these fields of its target."""
        data = [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}]
        store = {"name": "kv", "kind": "SecretStore"}
        spec = {"refreshInterval": "1h", "secretStoreRef": store, "target": target, "data": data}
        await self.put("external-secrets.io/v1", "ExternalSecret", f"{namespace}/{name}", spec=spec)
        return Key(namespace=namespace, name=name)

    async def delivered(self, key: Key, data: Mapping[str, str]) -> None:
        """Wait until a Secret holds this."""

        async def look() -> bool | None:
            seen = await looking.secret(self.client, key)
            return True if seen is not None and seen.digests == digests(data) else None

        await self.until(look, f"the wanted data in Secret {key}")

    async def until(self, look: Any, what: str) -> Any:
        """Wait for something; what fails tells what the processes wrote."""
        try:
            return await looking.until(look, seconds=PATIENCE, what=what)
        except Exception as error:
            for name, part in self.parts.items():
                error.add_note(f"{name}: {part.log[-2000:]}")
            raise

    async def read(self, resource: Resource, key: Key) -> Json | None:
        """Return an object, None where there is none."""
        try:
            return dict(await self.client.get(resource, key, msgspec.json.decode))
        except NotFound:
            return None

    async def bundles(self) -> list[tuple[bytes, ...]]:
        """Return the authorities that API servers trust, of each configuration."""
        return [
            registrations.bundles(await self.client.get(resource, Key(name=name), registrations.decode), SERVICE)
            for resource, name in CONFIGURATIONS
        ]

    def refused(self, *names: str) -> dict[str, frozenset[tuple[str, str]]]:
        """Return what each process was refused, or each of these."""
        usage = self.session.lab.kubernetes.api.cluster.usage
        asked = [part for name, part in self.parts.items() if not names or name in names]
        found = {part.user: usage.of(part.user, allowed=False) for part in asked}
        return {user: uses for user, uses in found.items() if uses}
