"""How a pod mounts secrets: volumes that are refused, never rotate, or have another mode than meant. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice import file_modes, parts, workloads
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted
from keyferry.advice.workloads import PodTemplate

DRIVER: Final = "secrets-store.csi.k8s.io"
_CONCEPTS: Final = "https://secrets-store-csi-driver.sigs.k8s.io/"
_WITH_MODES: Final = ("secret", "projected", "configMap", "downwardAPI")
_EXAMPLE: Final = """\
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: apps}
spec:
  serviceAccountName: reader
  containers:
    - name: app
      image: ghcr.io/example/shop:1
      volumeMounts:
        - {name: secrets, mountPath: /secrets, readOnly: true}
  volumes:
    - name: secrets
      csi:
        driver: secrets-store.csi.k8s.io
        readOnly: true
        volumeAttributes: {secretProviderClass: key-vault}
"""
READ_ONLY: Final = Rule(
    name="csi-read-only",
    title="A volume of secrets that is not readOnly",
    severity=Severity.ERROR,
    why="The driver refuses to mount it, so the pod waits in ContainerCreating.",
    remedy="add readOnly: true to the volume's csi; that of the volumeMount is not enough",
    example=_EXAMPLE,
    source=f"{_CONCEPTS}getting-started/usage",
)
UNNAMED: Final = Rule(
    name="csi-class-missing",
    title="A volume of secrets that names no SecretProviderClass",
    severity=Severity.ERROR,
    why="The driver does not know what to mount, so the pod waits in ContainerCreating.",
    remedy="add volumeAttributes.secretProviderClass",
    example=_EXAMPLE,
    source=f"{_CONCEPTS}getting-started/usage",
)
CREDENTIAL: Final = Rule(
    name="mount-credential",
    title="A volume that reaches the vault by a client secret",
    severity=Severity.WARNING,
    why="Whoever reads the Secret with the credential reads the vault, from anywhere, until somebody rotates it.",
    remedy="set clientID in the SecretProviderClass for workload identity, and remove nodePublishSecretRef",
    example=_EXAMPLE,
    source=f"{_CONCEPTS}topics/secret-auto-rotation",
)
SUB_PATH: Final = Rule(
    name="sub-path",
    title="A secret that is mounted by subPath",
    severity=Severity.WARNING,
    why=(
        "kubelet binds the file that is there when the container starts. A rotation puts another file in its place, and"
        " the container keeps the old value until it starts anew."
    ),
    remedy="mount the whole volume in a folder of its own, and let the application read the file there",
    example=_EXAMPLE,
    source="https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath",
)
MODE: Final = Rule(
    name="decimal-mode",
    title="A mode of a volume's files in decimal digits",
    severity=Severity.WARNING,
    why=(
        "YAML reads 400 as the number four hundred, which is the mode 0620: group may write and others nothing. JSON"
        " knows no octal numbers at all."
    ),
    remedy="write the mode with a leading zero in YAML, as 0400, and as the number 256 in JSON",
    example="""\
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: apps}
spec:
  containers:
    - name: app
      image: ghcr.io/example/shop:1
      volumeMounts:
        - {name: secrets, mountPath: /secrets, readOnly: true}
  volumes:
    - name: secrets
      secret: {secretName: db, defaultMode: 0400}
""",
    source="https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions",
)


def _find(document: Document, _: Surroundings) -> Iterator[Finding]:
    template = workloads.template_of(document)
    if template is None:
        return
    secret: set[str] = set()
    for index, volume in template.volumes():
        path = template.at(f"spec.volumes[{index}]")
        csi = parts.mapping(volume, "csi")
        if parts.text(csi, "driver") == DRIVER:
            yield from _of_driver(csi, f"{path}.csi")
        if _holds_secrets(volume):
            secret.add(parts.text(volume, "name"))
        yield from _modes(volume, path)
    if secret:
        yield from _sub_paths(template, frozenset(secret))


def _of_driver(csi: Mapping[str, Any], path: str) -> Iterator[Finding]:
    if csi.get("readOnly") is not True:
        yield READ_ONLY.found(f"{path}.readOnly", "is not true, and the driver refuses the volume")
    if not parts.text(csi, "volumeAttributes", "secretProviderClass"):
        message = "is missing or empty, so the driver does not know what to mount"
        yield UNNAMED.found(f"{path}.volumeAttributes.secretProviderClass", message)
    if secret := parts.text(csi, "nodePublishSecretRef", "name"):
        message = f"names the Secret {quoted(secret)}, a credential that is stored to reach the vault"
        yield CREDENTIAL.found(f"{path}.nodePublishSecretRef", message)


def _sub_paths(template: PodTemplate, secret: frozenset[str]) -> Iterator[Finding]:
    for container in template.containers():
        for index, mount in parts.entries(container.fields, "volumeMounts"):
            field = "subPath" if mount.get("subPath") else "subPathExpr" if mount.get("subPathExpr") else ""
            if field and (name := parts.text(mount, "name")) in secret:
                message = f"binds one file of the volume {quoted(name)}, which never sees a rotation"
                yield SUB_PATH.found(f"{container.path}.volumeMounts[{index}].{field}", message)


def _holds_secrets(volume: Mapping[Any, Any]) -> bool:
    """Whether what the volume holds is secret, and rotates."""
    projected = (source for _, source in parts.entries(volume, "projected", "sources"))
    return (
        bool(parts.mapping(volume, "secret"))
        or parts.text(volume, "csi", "driver") == DRIVER
        or any(parts.mapping(source, "secret") or parts.mapping(source, "serviceAccountToken") for source in projected)
    )


def _modes(volume: Mapping[Any, Any], path: str) -> Iterator[Finding]:
    for kind in _WITH_MODES:
        fields = parts.mapping(volume, kind)
        found = [("defaultMode", fields.get("defaultMode"))]
        found += [(f"items[{index}].mode", item.get("mode")) for index, item in parts.entries(fields, "items")]
        for field, mode in found:
            if isinstance(mode, int) and (meant := file_modes.meant_by_number(mode)):
                message = f"is the number {mode}, which is the mode {mode:04o}"
                yield MODE.found(f"{path}.{kind}.{field}", message, f"write {meant}")


CHECK: Final = Check(
    rule=READ_ONLY, others=(UNNAMED, CREDENTIAL, SUB_PATH, MODE), kinds=workloads.WORKLOADS, find=_find
)
