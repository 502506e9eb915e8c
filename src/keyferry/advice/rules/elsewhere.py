"""Names that mean something in another namespace only: a class, a Secret, a store. Pure.

Said only where the name is known elsewhere and not here, so of what nobody knows nothing is said.
"""

from collections.abc import Iterator
from typing import Final

from keyferry.advice import parts, workloads
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules.mounts import DRIVER
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import listed, quoted
from keyferry.advice.workloads import PodTemplate
from keyferry.model.wellknown import ES_GROUP

_STORE: Final = "SecretStore"
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
    for path, kind, name in _names(document) if namespace else ():
        homes = surroundings.homes(kind, name) if name else frozenset()
        if homes and namespace not in homes:
            others = listed(sorted(homes))
            message = f"names the {kind} {quoted(name)}, which is known in {others} and not in {quoted(namespace)}"
            yield RULE.found(path, message)


def _names(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield path, kind and name of each object that a document needs of its namespace."""
    template = workloads.template_of(document)
    if template is not None:
        yield from _of_pods(template)
    elif parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/"):
        store = parts.mapping(document, "spec", "secretStoreRef")
        if parts.text(store, "kind") in {"", _STORE}:
            yield "spec.secretStoreRef.name", _STORE, parts.text(store, "name")


def _of_pods(template: PodTemplate) -> Iterator[tuple[str, str, str]]:
    """What is optional the pods do without."""
    for index, volume in template.volumes():
        path, csi, secret = template.at(f"spec.volumes[{index}]"), parts.mapping(volume, "csi"), volume.get("secret")
        if parts.text(csi, "driver") == DRIVER:
            name = parts.text(csi, "volumeAttributes", "secretProviderClass")
            yield f"{path}.csi.volumeAttributes.secretProviderClass", "SecretProviderClass", name
        if parts.mapping(secret).get("optional") is not True:
            yield f"{path}.secret.secretName", "Secret", parts.text(secret, "secretName")
    for container in template.containers():
        for index, _, variable in container.variables():
            reference = parts.mapping(variable, "valueFrom", "secretKeyRef")
            if reference.get("optional") is not True:
                path = f"{container.path}.env[{index}].valueFrom.secretKeyRef.name"
                yield path, "Secret", parts.text(reference, "name")


CHECK: Final = Check(rule=RULE, kinds=workloads.WORKLOADS | {"ExternalSecret"}, find=_find)
