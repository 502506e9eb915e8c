"""The parameters by which the Azure provider mounts become one frozen value, or one error with everything wrong.

Called by mount.azure.provider and by `keyferry check`. Parameters:
https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keyferry.model.errors import Where, foreign
from keyferry.spec import mount_objects, rules
from keyferry.spec.mount_object import LATEST, MountObject, ObjectEncoding, ObjectFormat
from keyferry.spec.problems import Problems, did_you_mean
from keyferry.spec.schema import Complaint

__all__ = [
    "CLOUD_NAMES",
    "LATEST",
    "AzureMount",
    "MountAuth",
    "MountObject",
    "ObjectEncoding",
    "ObjectFormat",
    "parse",
]

CLOUD_NAMES: Final = (
    "AzurePublicCloud",
    "AzureUSGovernmentCloud",
    "AzureChinaCloud",
    "AzureGermanCloud",
    "AzureStackCloud",
)
_CLOUDS: Final = {name.lower(): name for name in CLOUD_NAMES} | {
    "azurecloud": "AzurePublicCloud",
    "azureusgovernment": "AzureUSGovernmentCloud",
}
_KEYS: Final = (
    "keyvaultName",
    "tenantID",
    "tenantId",
    "objects",
    "usePodIdentity",
    "useVMManagedIdentity",
    "useAzureTokenProxy",
    "userAssignedIdentityID",
    "clientID",
    "cloudName",
    "cloudEnvFileName",
)
_LOOKED_AT: Final = 50  # keys that may have meant another; there may be very many
_FOLDED: Final = frozenset(key.lower() for key in _KEYS)
_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})  # https://pkg.go.dev/strconv#ParseBool
_FALSE: Final = frozenset({"", "0", "f", "F", "FALSE", "false", "False"})
_VAULT_NAME: Final = re.compile(r"[-A-Za-z0-9]{3,24}")
_VAULT_HOST: Final = re.compile(r"(?:https://)?([-A-Za-z0-9]{3,24})\.[-.A-Za-z0-9]+/?")
_DOMAIN: Final = re.compile(r"(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_AD_FS: Final = "adfs"


class MountAuth(StrEnum):
    """How a mount proves who asks, by the parameter that chooses it."""

    WORKLOAD_IDENTITY = "clientID"
    IDENTITY_BINDING = "useAzureTokenProxy"
    POD_IDENTITY = "usePodIdentity"
    VM_MANAGED_IDENTITY = "useVMManagedIdentity"
    SERVICE_PRINCIPAL = "nodePublishSecretRef"


_FLAGS: Final = (MountAuth.IDENTITY_BINDING, MountAuth.POD_IDENTITY, MountAuth.VM_MANAGED_IDENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureMount:
    """What the parameters of one mount say. Ids, domains and the vault's name are in lower case.

    `cloud` is a name from CLOUD_NAMES in its own spelling, "" where the process's default counts; `cloud_file` the file
    that describes AzureStackCloud. `client_id` is "" where the auth needs none, and `user_assigned_identity_id`, a
    client id or a resource id, where the machine's own identity counts. `ignored` are keys that differ from a parameter
    by case alone, such as clientId: nobody reads them, which explains much.
    """

    vault_name: str
    tenant_id: str
    auth: MountAuth
    client_id: str
    user_assigned_identity_id: str
    cloud: str
    cloud_file: str
    objects: tuple[MountObject, ...]
    ignored: tuple[str, ...] = ()


def parse(parameters: Mapping[str, str], *, where: Where) -> AzureMount:
    """Return what the parameters say; raise `SpecError` about `where` that lists every problem in them.

    They are the class's with the pod's attributes laid over them. Keys that are no parameters are ignored, as the Azure
    provider does, and so are parameters that the chosen auth does not need.
    """
    problems = Problems()
    given = _Given(parameters, problems)
    auth = _auth(given)
    mount = AzureMount(
        vault_name=given.required("keyvaultName", _vault_name).lower(),
        tenant_id=_tenant_id(given),
        auth=auth,
        client_id=_client_id(given, auth),
        user_assigned_identity_id=_user_assigned_identity_id(given, auth),
        cloud=_cloud(given),
        cloud_file=given["cloudEnvFileName"],
        objects=_objects(given),
        ignored=given.ignored(),
    )
    problems.raise_if_any(kind=where.kind, namespace=where.namespace, name=where.name)
    return mount


def is_true(text: str) -> bool:
    """Tell whether a parameter's text sets a flag; one that is no flag's text does not."""
    return text.strip() in _TRUE


class _Given:
    """The parameters, trimmed."""

    def __init__(self, parameters: Mapping[str, str], problems: Problems) -> None:
        self._parameters = parameters
        self.problems = problems

    def __getitem__(self, key: str) -> str:
        return self._parameters.get(key, "").strip()

    def required(self, key: str, rule: Callable[[str], Complaint | None]) -> str:
        """Return a value that must be there and fit; note where it does not."""
        value = self[key]
        complaint = rule(value) if value else Complaint(message="is missing or empty", remedy=self._near(key))
        if complaint is not None:
            self.wrong(key, complaint.message, complaint.remedy)
        return value

    def wrong(self, key: str, message: str, remedy: str) -> None:
        """Note what is wrong with a parameter."""
        self.problems.add(_path(key), message, remedy)

    def ignored(self) -> tuple[str, ...]:
        """Return the keys that differ from a parameter by case alone."""
        return tuple(sorted(key for key in self._parameters if key not in _KEYS and key.lower() in _FOLDED))

    def _near(self, key: str) -> str:
        """Say what to rename where the key stands there in another spelling."""
        others = sorted(name for name in self._parameters if name not in _KEYS and "/" not in name)
        near = next((name for name in others[:_LOOKED_AT] if did_you_mean(name, [key])), "")
        return f"rename {foreign(near)} to {key}" if near else f"add {key}"


def _path(key: str) -> str:
    """Return what a problem calls a parameter, wherever it was written."""
    return f"parameters.{key}"


def _auth(given: _Given) -> MountAuth:
    chosen = [flag for flag in _FLAGS if _flag(given, flag)]
    if len(chosen) > 1:
        names = " and ".join(chosen)
        given.wrong(chosen[1], f"{names} are true, where one is allowed", "remove all but one of them")
    if chosen:
        return chosen[0]
    return MountAuth.WORKLOAD_IDENTITY if given["clientID"] else MountAuth.SERVICE_PRINCIPAL


def _flag(given: _Given, key: str) -> bool:
    text = given[key]
    if text not in _TRUE and text not in _FALSE:
        given.wrong(key, f'"{foreign(text)}" is neither true nor false', 'write "true" or "false"')
    return is_true(text)


def _tenant_id(given: _Given) -> str:
    """Return `tenantID`, or what its older spelling `tenantId` says where it is empty."""
    older = given["tenantId"]
    if not given["tenantID"] and older:
        return given.required("tenantId", _tenant).lower()
    return given.required("tenantID", _tenant).lower()


def _client_id(given: _Given, auth: MountAuth) -> str:
    if auth not in {MountAuth.WORKLOAD_IDENTITY, MountAuth.IDENTITY_BINDING}:
        return ""
    return given.required("clientID", rules.guid).lower()


def _user_assigned_identity_id(given: _Given, auth: MountAuth) -> str:
    if auth is not MountAuth.VM_MANAGED_IDENTITY or not given["userAssignedIdentityID"]:
        return ""
    return given.required("userAssignedIdentityID", rules.managed_identity).lower()


def _cloud(given: _Given) -> str:
    name = given["cloudName"]
    if name and name.lower() not in _CLOUDS:
        shown = ", ".join(CLOUD_NAMES)
        remedy = did_you_mean(name, CLOUD_NAMES) or "write one of them, or remove it"
        given.wrong("cloudName", f'"{foreign(name)}" is not one of {shown}', remedy)
    return _CLOUDS.get(name.lower(), "")


def _objects(given: _Given) -> tuple[MountObject, ...]:
    text = given.required("objects", lambda _: None)
    return mount_objects.parse(text, _path("objects"), given.problems) if text else ()


def _vault_name(text: str) -> Complaint | None:
    if _VAULT_NAME.fullmatch(text):
        return None
    host = _VAULT_HOST.fullmatch(text)
    example = f"which is {host[1]}" if host else 'such as "kv-prod"'
    return Complaint(
        message=f'"{foreign(text)}" is not the name of a vault',
        remedy=f"write its name alone, 3 to 24 letters, digits and hyphens, {example}",
    )


def _tenant(text: str) -> Complaint | None:
    if rules.guid(text) is None or text.lower() == _AD_FS or _DOMAIN.fullmatch(text):
        return None
    return Complaint(
        message=f'"{foreign(text)}" is neither the id of a tenant nor one of its domains',
        remedy='copy the tenant ID from Entra, such as "99999999-9999-4999-8999-999999999999"',
    )
