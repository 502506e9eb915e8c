"""A release of the chart, made by Helm's own engine, and its containers as processes with their accounts' rights."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec

from keyferry.cli import looking, node_plugin
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import free_port
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS, Resource
from keyferry.lab.serve.kubernetes import kubeconfig
from keyferry.model.identity import ServiceAccountRef
from tests.contract.helm.rendering import CHART, NAMESPACE, RELEASE, helm
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import TENANT

USUAL: Final[Mapping[str, Any]] = {"azure": {"tenantId": TENANT}}
HOST: Final = "127.0.0.1"
WORKLOADS: Final = {
    "operator": Resource(group="apps", version="v1", plural="deployments", kind="Deployment"),
    "webhook": Resource(group="apps", version="v1", plural="deployments", kind="Deployment"),
    "node": Resource(group="apps", version="v1", plural="daemonsets", kind="DaemonSet"),
}
NODE: Final = "node-1"
SOCKET: Final = "unix://"
KUBELET: Final = Path("/var/lib/kubelet")  # what pods on the lab's nodes call kubelet's folder

Json = dict[str, Any]


class Release:
    """What Helm does to a cluster. Its calls block, so they run in a thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._config = helm.Config(kubeconfig_path=str(session.lab.kubeconfig), namespace=NAMESPACE)

    async def install(self, values: Mapping[str, Any] = USUAL) -> Json:
        """`helm install --create-namespace --wait`: everything is there, and kubelet finds the pods ready."""
        options = {"create_namespace": True, "wait": "watcher", "timeout": int(PATIENCE)}
        return await self._run(self._config.install, CHART, RELEASE, dict(values), **options)

    async def upgrade(self, values: Mapping[str, Any] = USUAL) -> Json:
        """`helm upgrade`."""
        return await self._run(self._config.upgrade, CHART, RELEASE, dict(values))

    async def rendered(self, values: Mapping[str, Any] = USUAL) -> str:
        """`helm template`: the manifest in the order in which it is applied."""
        made = await self._run(self._config.install, CHART, RELEASE, dict(values), dry_run="client")
        return str(made["manifest"])

    async def rollback(self, revision: int) -> None:
        """`helm rollback`."""
        await asyncio.to_thread(self._config.rollback, RELEASE, version=revision)

    async def uninstall(self) -> None:
        """`helm uninstall --wait`: what goes is gone, with the node plugin's namespace."""
        await asyncio.to_thread(self._config.uninstall, RELEASE, wait="watcher", timeout=int(PATIENCE))

    async def close(self) -> None:
        """Let go of the cluster."""
        await asyncio.to_thread(self._config.close)

    async def _run(self, action: Any, *arguments: Any, **options: Any) -> Json:
        return dict(await asyncio.to_thread(action, *arguments, namespace=NAMESPACE, **options))


class Part:
    """The container of a component as a process on this machine: its image's command with its own flags and variables.

    What a process outside of a container cannot have is put behind its flags: where it listens, who it is (a kubeconfig
    of its ServiceAccount), and where the folders are that its pod mounts.
    """

    def __init__(self, session: Session, component: str, name: str = "") -> None:
        self.component = component
        self.port, self.health_port = free_port(), free_port()
        self.log_path = session.lab.folder / f"{name or component}.log"
        self.account = ServiceAccountRef(namespace="", name="")
        self._name = name or component
        self._session = session
        self._process: Process | None = None

    @property
    def user(self) -> str:
        """Who the API server takes it for."""
        return f"system:serviceaccount:{self.account.namespace}:{self.account.name}"

    @property
    def log(self) -> str:
        """What it has written."""
        return self.log_path.read_text()

    async def start(self) -> None:
        """Start it as its workload says now."""
        namespace = f"{NAMESPACE}-node" if self.component == "node" else NAMESPACE
        key = Key(namespace=namespace, name=f"{RELEASE}-{self.component}")
        workload = await self._session.client.get(WORKLOADS[self.component], key, msgspec.json.decode)
        spec = workload["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        self.account = ServiceAccountRef(namespace=namespace, name=spec["serviceAccountName"])
        places = await self._mounted(container, spec.get("volumes", ()))
        arguments = [*self._flags(container, places), *await self._own_flags()]
        environment = {**self._session.environment, **self._variables(container, namespace)}
        self._process = Process(arguments, environment, self.log_path)
        await self._process.start()

    async def stop(self) -> None:
        """Ask it to end, and wait for that."""
        if self._process is not None:
            await self._process.stop()

    async def is_ready(self) -> None:
        """Wait until kubelet would find it ready."""

        async def look() -> bool | None:
            try:
                async with (
                    aiohttp.ClientSession() as http,
                    http.get(f"http://{HOST}:{self.health_port}/readyz") as said,
                ):
                    return True if said.status == 200 else None
            except aiohttp.ClientError:
                return None

        try:
            await looking.until(look, seconds=PATIENCE, what=f"the {self._name} to be ready")
        except Exception as error:
            error.add_note(self.log[-3000:])
            raise

    def _flags(self, container: Json, places: Mapping[str, Path]) -> list[str]:
        """Return the container's arguments, with the folders of this machine where its pod has mounts."""
        return [_on_host(flag.replace("$(NODE_NAME)", NODE), places) for flag in container["args"]]

    async def _mounted(self, container: Json, volumes: Sequence[Json]) -> dict[str, Path]:
        """Return where on this machine is what the pod has mounted: folders of the node, and Secrets."""
        found = {str(KUBELET): self._session.lab.kubelets[0].root}
        sources = {volume["name"]: volume for volume in volumes}
        for mount in container.get("volumeMounts", ()):
            source = sources[mount["name"]]
            if "hostPath" in source:
                found[mount["mountPath"]] = self._folder(Path(source["hostPath"]["path"]))
            elif "secret" in source:
                folder = found[mount["mountPath"]] = self._session.lab.folder / self._name / mount["name"]
                folder.mkdir(parents=True)
                await self._write_secret(source["secret"]["secretName"], folder)
        return found

    async def _write_secret(self, name: str, folder: Path) -> None:
        key = Key(namespace=self.account.namespace, name=name)
        secret = await self._session.client.get(SECRETS, key, msgspec.json.decode)
        for file, content in secret["data"].items():
            (folder / file).write_bytes(base64.b64decode(content))

    def _folder(self, host: Path) -> Path:
        """Return a folder of the node: kubelet's own are the lab's, all others the test's."""
        if host.is_relative_to(KUBELET):
            folder = self._session.lab.kubelets[0].root / host.relative_to(KUBELET)
        else:
            folder = self._session.lab.folder / "host" / host.relative_to("/")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _variables(self, container: Json, namespace: str) -> dict[str, str]:
        fields = {"metadata.name": self._name, "metadata.namespace": namespace, "spec.nodeName": NODE}
        return {
            one["name"]: one["value"] if "value" in one else fields[one["valueFrom"]["fieldRef"]["fieldPath"]]
            for one in container["env"]
        }

    async def _own_flags(self) -> list[str]:
        token = await self._session.client.create_token(self.account, ())
        server, file = self._session.lab.kubernetes, self._session.lab.folder / f"{self._name}.kubeconfig"
        file.touch(mode=0o600)
        file.write_text(kubeconfig(server.url, server.authority.certificate_pem, token.token.reveal().decode()))
        own = [f"--kubeconfig={file}", f"--metrics-addr={HOST}:{self.health_port}"]
        if self.component == "webhook":
            own += [f"--address={HOST}:{self.port}", "--grace=0s"]
        if self.component == "node" and node_plugin.why_plain():
            own += ["--without-tmpfs"]
        return own


def _on_host(flag: str, places: Mapping[str, Path]) -> str:
    """Return a flag with the folder of this machine in place of one that the pod has mounted."""
    name, _, value = flag.partition("=")
    scheme = SOCKET if value.startswith(SOCKET) else ""
    path = value.removeprefix(scheme)
    for inside, host in places.items():
        if path == inside or path.startswith(f"{inside}/"):
            return f"{name}={scheme}{host}{path.removeprefix(inside)}"
    return flag
