"""What a SecretProviderClass of the Azure provider says that works, or is stored, and hurts. Pure.

What cannot be mounted at all is told by the rules of `reviewed`.
Parameters: https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice import file_modes, parts
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.model.errors import SpecError
from keyferry.model.wellknown import SECRETS_STORE_GROUP
from keyferry.spec import azure_mount, yaml_nodes
from keyferry.spec.secret_provider_class import AZURE, KIND
from keyferry.spec.yaml_nodes import Fields, Listing, Scalar

HERE: Final = "spec.parameters"
_FLAGS: Final = ("useAzureTokenProxy", "usePodIdentity", "useVMManagedIdentity")
_READ: Final = (*_FLAGS, "keyvaultName", "tenantID", "objects", "userAssignedIdentityID", "clientID", "cloudName")
_USAGE: Final = "https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/"
EXAMPLE: Final = """\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: key-vault, namespace: apps}
spec:
  provider: azure
  parameters:
    keyvaultName: kv-prod
    tenantID: 99999999-9999-4999-8999-999999999999
    clientID: 11111111-1111-4111-8111-111111111111
    objects: |
      array:
        - |
          objectName: db-password
          objectType: secret
          filePermission: "0400"
"""
NO_IDENTITY: Final = Rule(
    name="class-identity",
    title="A SecretProviderClass that names no identity",
    severity=Severity.WARNING,
    why=(
        "Without clientID, and without a flag that chooses another way, the provider takes a client secret from the"
        " Secret that the volume's nodePublishSecretRef names. Where there is none, no pod starts."
    ),
    remedy="add clientID, the client id of the identity that trusts the pods' ServiceAccount",
    example=EXAMPLE,
    source=f"{_USAGE}configurations/identity-access-modes/workload-identity-mode/",
)
IGNORED: Final = Rule(
    name="class-parameter-case",
    title="A parameter of a SecretProviderClass in other capitals",
    severity=Severity.WARNING,
    why="The provider reads parameters by their exact name and passes over all others in silence.",
    remedy="write the parameter as the provider reads it",
    example=EXAMPLE,
    source=f"{_USAGE}getting-started/usage/",
)
MODE: Final = Rule(
    name="unquoted-mode",
    title="A filePermission that is a number",
    severity=Severity.WARNING,
    why=(
        "YAML reads an unquoted 0400 as the number 256. Whatever writes the manifest anew, as Helm's toYaml does,"
        " leaves 256, and the provider takes that for the mode 0256, in which the owner cannot read the file."
    ),
    remedy='put the mode in quotes, as filePermission: "0400"',
    example=EXAMPLE,
    source="https://yaml.org/type/int.html",
)
_OCTAL: Final = re.compile(r"0o?[0-7]{3,4}")


def parameters_of(document: Document) -> Mapping[str, Any]:
    """Return the parameters of a class of the Azure provider, none of another's."""
    is_ours = parts.text(document, "apiVersion").startswith(f"{SECRETS_STORE_GROUP}/")
    if is_ours and parts.text(document, "spec", "provider") == AZURE:
        return parts.mapping(document, "spec", "parameters")
    return {}


def is_set(parameters: Mapping[str, Any], flag: str) -> bool:
    """A flag without quotes is refused, and still tells what was meant."""
    return azure_mount.is_true(str(parameters.get(flag, "")))


def _find_no_identity(document: Document, _: Surroundings) -> Iterator[Finding]:
    parameters = parameters_of(document)
    client_id = parameters.get("clientID")
    if not parameters or client_id or any(is_set(parameters, flag) for flag in _FLAGS):
        return
    message = "names no clientID, so the provider wants a client secret by nodePublishSecretRef of each volume"
    meant = next((name for name in parameters if str(name).lower() == "clientid" and name != "clientID"), "")
    yield NO_IDENTITY.found(HERE, message, f"rename {meant} to clientID" if meant else "")


def _find_ignored(document: Document, _: Surroundings) -> Iterator[Finding]:
    parameters = parameters_of(document)
    known = {name.lower(): name for name in _READ}
    for name in parameters:
        meant = known.get(str(name).lower(), name)
        if name not in {meant, "tenantId"}:
            yield IGNORED.found(f"{HERE}.{name}", "is not read", f"rename it to {meant}")


def _find_modes(document: Document, _: Surroundings) -> Iterator[Finding]:
    text = parameters_of(document).get("objects")
    if not isinstance(text, str):
        return
    for index, fields in _objects(text):
        mode = fields.fields.get("filePermission")
        if isinstance(mode, Scalar) and mode.plain and (told := _told(mode.text.strip())):
            yield MODE.found(f"{HERE}.objects.array[{index}].filePermission", *told)


def _objects(text: str) -> Iterator[tuple[int, Fields]]:
    """Yield the objects that can be read; the others are another rule's."""
    try:
        outer = yaml_nodes.parse(text)
        array = outer.fields.get("array") if isinstance(outer, Fields) else None
        for index, entry in enumerate(array.items if isinstance(array, Listing) else ()):
            inner = yaml_nodes.parse(entry.text) if isinstance(entry, Scalar) else entry
            if isinstance(inner, Fields):
                yield index, inner
    except SpecError:
        return


def _told(mode: str) -> tuple[str, str] | None:
    """Return what is wrong with an unquoted mode, and the remedy; None for one that nobody mistakes."""
    if _OCTAL.fullmatch(mode):
        octal = mode.replace("o", "")
        message = f"is {mode} without quotes, the number {int(octal, 8)} to whatever writes the manifest anew"
    elif octal := file_modes.meant_by_octal_text(mode):
        message = f"is {mode}, which is what YAML makes of {octal} without quotes, and is taken for the mode 0{mode}"
    else:
        return None
    return message, f'write filePermission: "{octal}"'


CHECKS: Final = tuple(
    Check(rule=rule, kinds=frozenset({KIND}), find=find)
    for rule, find in (
        (NO_IDENTITY, _find_no_identity),
        (IGNORED, _find_ignored),
        (MODE, _find_modes),
    )
)
