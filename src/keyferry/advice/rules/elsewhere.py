"""Names that mean something in another namespace only: a class, a Secret, a store. Pure.

Said only where the name is known elsewhere and not here, so of what nobody knows nothing is said.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeAlias

from keyferry.advice import parts, workloads
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules.mounts import DRIVER
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import listed, quoted
from keyferry.advice.workloads import PodTemplate
from keyferry.model.wellknown import ES_GROUP

_STORE: Final = "SecretStore"
_Named: TypeAlias = tuple[str, str, Callable[[], str]]  # kind, name, and where it stands
RULE: Final = Rule(
    name="other-namespace",
    title="A class, Secret or store that is in another namespace",
    severity=Severity.WARNING,
    why=(
        "Pods use SecretProviderClasses and Secrets of their own namespace alone, and an ExternalSecret uses the"
        " SecretStores of its own. A name of another namespace is not found, and the pod does not start."
    ),
    remedy="create the object in the namespace that uses it, too, or correct metadata.namespace",
    example="""\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: key-vault, namespace: apps}
spec:
  provider:
    azurekv:
      authType: WorkloadIdentity
      vaultUrl: https://kv-prod.vault.azure.net
      serviceAccountRef: {name: reader}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: apps}
spec:
  secretStoreRef: {name: key-vault}
  data:
    - secretKey: PASSWORD
      remoteRef: {key: db-password}
""",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
)


def _find(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    namespace = parts.namespace(document)
    for kind, name, place in _names(document) if namespace else ():
        homes = surroundings.homes(kind, name) if name else frozenset()
        if homes and namespace not in homes:
            others = listed(sorted(homes))
            message = f"names the {kind} {quoted(name)}, which is known in {others} and not in {quoted(namespace)}"
            yield RULE.found(place(), message)


def _names(document: Document) -> Iterator[_Named]:
    """Yield each object that a document needs of its namespace."""
    template = workloads.template_of(document)
    if template is not None:
        yield from _of_volumes(template)
        yield from _of_containers(template)
    elif parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/"):
        store = parts.mapping(document, "spec", "secretStoreRef")
        if parts.text(store, "kind") in {"", _STORE}:
            yield _STORE, parts.text(store, "name"), lambda: "spec.secretStoreRef.name"


def _of_volumes(template: PodTemplate) -> Iterator[_Named]:
    """What is optional the pods do without."""
    for index, volume in template.volumes():
        path, csi, secret = f"spec.volumes[{index}]", parts.mapping(volume, "csi"), parts.mapping(volume, "secret")
        if parts.text(csi, "driver") == DRIVER:
            place = partial(template.at, f"{path}.csi.volumeAttributes.secretProviderClass")
            yield "SecretProviderClass", parts.text(csi, "volumeAttributes", "secretProviderClass"), place
        if secret.get("optional") is not True:
            yield "Secret", parts.text(secret, "secretName"), partial(template.at, f"{path}.secret.secretName")


def _of_containers(template: PodTemplate) -> Iterator[_Named]:
    """One variable for each Secret: there may be hundreds."""
    seen = {""}
    for container in template.containers():
        for index, _, reference in container.references():
            name = workloads.text(reference.get("name"))
            if name not in seen and reference.get("optional") is not True:
                seen.add(name)
                yield "Secret", name, partial("{}.env[{}].valueFrom.secretKeyRef.name".format, container.path, index)


CHECK: Final = Check(rule=RULE, kinds=workloads.WORKLOADS | {"ExternalSecret"}, find=_find)
