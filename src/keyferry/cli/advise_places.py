"""Every place of a manifest that takes a Secret, or files of a vault. Pure. Called by advise_answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from keyferry.advice import parts, workloads
from keyferry.advice.words import listed, quoted
from keyferry.advice.workloads import Container, PodTemplate

_DRIVER: Final = "secrets-store.csi.k8s.io"
_RESTARTS: Final = ("keyferry.io/restart-on-change", "reloader.stakater.com")  # docs/how-to/restart-on-change.md


class Taken(StrEnum):
    """How a place takes what is secret."""

    VARIABLE = "env"
    ENVIRONMENT = "envFrom"
    VOLUME = "volume"
    PROJECTED = "projected volume"
    CSI = "csi volume"
    PULL = "imagePullSecrets"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place: its path, how it takes, what it says of it, and the Secret (or for CSI the class) that it names.

    `restarts`: the workload's kind where a change could roll it and nothing asks for that yet, "" else.
    """

    path: str
    taken: Taken
    what: str
    source: str
    restarts: str = ""


def places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Yield the places of a workload, ServiceAccount, Ingress or Gateway; others have none."""
    if template := workloads.template_of(document):
        yield from _of_pods(template)
    match document.get("kind"):
        case "ServiceAccount":
            yield from _pulls(document, "imagePullSecrets")
        case "Ingress":
            yield from _of_ingress(document)
        case "Gateway":
            yield from _of_gateway(document)


def _of_pods(template: PodTemplate) -> Iterator[Place]:
    restarts = _restarts(template)
    for container in template.containers():
        yield from _variables(container, restarts)
        for index, secret in container.bundles():
            what = f"container {quoted(container.name)} takes all of Secret {quoted(secret)} into its environment"
            path = f"{container.path}.envFrom[{index}]"
            yield Place(path=path, taken=Taken.ENVIRONMENT, what=what, source=secret, restarts=restarts)
    for index, volume in template.volumes():
        yield from _of_volume(template.at(f"spec.volumes[{index}]"), volume)
    yield from _pulls(template.spec, template.at("spec.imagePullSecrets"))


def _restarts(template: PodTemplate) -> str:
    keys = (*workloads.mapping(template.own.get("annotations")), *template.annotations)
    is_asked = any(isinstance(key, str) and wanted in key for key in keys for wanted in _RESTARTS)
    rolls = template.kind in {"Deployment", "StatefulSet", "DaemonSet", "Rollout"}
    return template.kind if rolls and not is_asked else ""


def _variables(container: Container, restarts: str) -> Iterator[Place]:
    """Yield one place for each Secret, at the first variable that takes of it."""
    found: dict[str, list[tuple[int, str]]] = {}
    for index, name, reference in container.references():
        found.setdefault(workloads.text(reference.get("name")), []).append((index, name))
    for secret, variables in found.items():
        names = listed([name for _, name in variables])
        yield Place(
            path=f"{container.path}.env[{variables[0][0]}]",
            taken=Taken.VARIABLE,
            what=f"container {quoted(container.name)} takes {names} out of Secret {quoted(secret)}",
            source=secret,
            restarts=restarts,
        )


def _of_volume(path: str, volume: Mapping[Any, Any]) -> Iterator[Place]:
    name = quoted(parts.text(volume, "name"))
    if secret := parts.text(volume, "secret", "secretName"):
        what = f"volume {name} has the files of Secret {quoted(secret)}"
        yield Place(path=f"{path}.secret", taken=Taken.VOLUME, what=what, source=secret)
    for index, source in parts.entries(volume, "projected", "sources"):
        if secret := parts.text(source, "secret", "name"):
            what = f"volume {name} has the files of Secret {quoted(secret)}, beside others"
            at = f"{path}.projected.sources[{index}].secret"
            yield Place(path=at, taken=Taken.PROJECTED, what=what, source=secret)
    if parts.text(volume, "csi", "driver") == _DRIVER:
        found = parts.text(volume, "csi", "volumeAttributes", "secretProviderClass")
        what = f"volume {name} has the files of SecretProviderClass {quoted(found)}"
        yield Place(path=f"{path}.csi", taken=Taken.CSI, what=what, source=found)


def _pulls(holder: Mapping[Any, Any], path: str) -> Iterator[Place]:
    for index, entry in parts.entries(holder, "imagePullSecrets"):
        secret = parts.text(entry, "name")
        what = f"images are pulled with Secret {quoted(secret)}"
        yield Place(path=f"{path}[{index}]", taken=Taken.PULL, what=what, source=secret)


def _of_ingress(document: Mapping[str, Any]) -> Iterator[Place]:
    """https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"""
    for index, entry in parts.entries(document, "spec", "tls"):
        if secret := parts.text(entry, "secretName"):
            yield _tls(f"spec.tls[{index}].secretName", secret)


def _of_gateway(document: Mapping[str, Any]) -> Iterator[Place]:
    """https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig"""
    for index, listener in parts.entries(document, "spec", "listeners"):
        for number, reference in parts.entries(listener, "tls", "certificateRefs"):
            if reference.get("kind", "Secret") == "Secret":
                path = f"spec.listeners[{index}].tls.certificateRefs[{number}]"
                yield _tls(path, parts.text(reference, "name"))


def _tls(path: str, secret: str) -> Place:
    what = f"connections are secured with the certificate of Secret {quoted(secret)}"
    return Place(path=path, taken=Taken.TLS, what=what, source=secret)
