"""A Deployment for each workload of an estate's sites, which shows what reaches its pods. Pure.

It is the example patch that was rendered for the site, laid over a Deployment that has nothing yet. Its process prints
names, lengths and digests, and never a value.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.spec.estate.sites import Consumption, Delivery, Site

PROGRAM: Final = """
import contextlib, hashlib, os, signal, sys
from keyferry.files import SecretFiles

def tell(kind, name, content):
    digest = hashlib.sha256(content).hexdigest()[:12]
    print(f"{kind} {name}: {len(content)} bytes, digest {digest}", flush=True)

def tell_all(files, names):
    for name in sorted(names):
        tell("file", name, files.read(name))

between = sys.argv.index("--")
for name in sys.argv[between + 1:]:
    if name in os.environ:
        tell("variable", name, os.environ[name].encode())
with contextlib.ExitStack() as stack:
    for path in sys.argv[1:between]:
        files = SecretFiles(path)
        stack.enter_context(files.watch(lambda change, files=files: tell_all(files, change.added | change.changed)))
        tell_all(files, files.names())
    signal.pause()
"""
_LINE: Final = re.compile(r"(file|variable) (\S+): (\d+ bytes, digest [0-9a-f]{12})")
_NAMED: Final = "name"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Thing:
    """One thing that a site gets: a file or a variable that its pod sees, or a key of its Secret."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def expected(site: Site) -> frozenset[Thing]:
    """Return what shall arrive."""
    found = {Thing(kind="key", name=secret.alias) for secret in site.delivered(Delivery.SECRET)}
    for secret in site.secrets:
        if secret.consume is Consumption.FILES:
            found.add(Thing(kind="file", name=secret.alias))
        elif secret.consume is Consumption.ENV:
            found.add(Thing(kind="variable", name=secret.alias))
    return frozenset(found)


def printed(lines: Iterable[str]) -> Mapping[Thing, str]:
    """Return what a pod's process has seen by its log, the newest of each thing: length and digest."""
    found = (_LINE.fullmatch(line) for line in lines)
    return {Thing(kind=line[1], name=line[2]): line[3] for line in found if line is not None}


def deployments(patches: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the Deployments that the patches are for; several patches for one are laid over each other."""
    found: dict[tuple[str, str], Any] = {}
    for patch in patches:
        metadata = patch["metadata"]
        key = (metadata["namespace"], metadata["name"])
        found[key] = _over(found.get(key) or _bare(*key), patch)
    return [_running(deployment) for deployment in found.values()]


def label(workload: str) -> str:
    """Return what a workload's pods have as their `app`: at most 63 characters."""
    return workload[:63].rstrip("-.")


def _bare(namespace: str, name: str) -> dict[str, Any]:
    labels = {"app": label(name)}
    container = {_NAMED: name, "image": "keyferry.test/workload"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels, "annotations": {"keyferry.io/lab-process": "true"}},
                "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]},
            },
        },
    }


def _over(below: Any, above: Any) -> Any:
    """Lay a strategic merge patch over an object, as far as a patch of ours needs it.

    https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
    """
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}
    if isinstance(below, list) and isinstance(above, list) and all(_NAMED in entry for entry in (*below, *above)):
        named = {entry[_NAMED]: entry for entry in below}
        return [*{**named, **{entry[_NAMED]: _over(named.get(entry[_NAMED]), entry) for entry in above}}.values()]
    return above


def _running(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give each container the program, with where to look."""
    containers = [{_NAMED: each[_NAMED], "command": _command(each)} for each in _containers(deployment)]
    laid: Mapping[str, Any] = _over(deployment, {"spec": {"template": {"spec": {"containers": containers}}}})
    return laid


def _containers(deployment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = deployment["spec"]["template"]["spec"]["containers"]
    return found


def _command(container: Mapping[str, Any]) -> list[str]:
    paths = [mount["mountPath"] for mount in container.get("volumeMounts", ())]
    variables = [variable[_NAMED] for variable in container.get("env", ())]
    return [sys.executable, "-c", PROGRAM, *paths, "--", *variables]
