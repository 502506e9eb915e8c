"""Which identity a mount asks the vault with, and whether it may. Pure; called by mount.azure.provider.

The class chooses the way (spec.azure_mount.MountAuth), and kubelet says which pod and ServiceAccount asks. Kubelet's
word is the proof: whoever writes a pod or a class cannot change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from keyferry.identity.federation.clouds import Cloud
from keyferry.model.errors import GrantError, KeyferryError, SpecError, Where
from keyferry.model.identity import (
    NMI,
    BoundIdentity,
    ClientId,
    Identity,
    ManagedIdentity,
    PodIdentity,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import BINDING_AUDIENCE, TOKEN_AUDIENCE
from keyferry.mount.azure import absent_token
from keyferry.mount.state import Mount
from keyferry.spec import azure_mount
from keyferry.spec.azure_mount import AzureMount, MountAuth
from keyferry.spec.secret_provider_class import KIND

# A pod's author could borrow the node's identity with these, or have credentials sent elsewhere. Upstream lets them.
FOR_THE_CLASS: Final = frozenset(
    {
        "useVMManagedIdentity",
        "userAssignedIdentityID",
        "usePodIdentity",
        "useAzureTokenProxy",
        "cloudName",
        "cloudEnvFileName",
    }
)
# What the node's identity reads is for the class to say, too: a pod's author may have no part in that identity.
OF_A_LENT_IDENTITY: Final = frozenset({"keyvaultName", "objects"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPolicy:
    """What whoever runs the node plugin allows.

    `own_identity_usable_from` are the namespaces whose mounts may use the identities of the node's machine; None: all,
    as upstream. With `requests_tokens` a token that kubelet did not send is asked of the API server.
    """

    own_identity_usable_from: frozenset[str] | None = None
    requests_tokens: bool = False
    nmi: str = NMI


def identity_of(mount: Mount, azure: AzureMount, cloud: Cloud, policy: IdentityPolicy) -> Identity:
    """Return the identity, or raise NotFound, GrantError or SpecError that says what is missing and who can mend it."""
    match azure.auth:
        case MountAuth.WORKLOAD_IDENTITY:
            _check_token(mount, TOKEN_AUDIENCE, policy)
            return WorkloadIdentity(
                tenant_id=_tenant(azure),
                client_id=_client(mount, azure),
                service_account=mount.pod.account,
                authority_host=cloud.authority_host,
                audiences=(TOKEN_AUDIENCE,),
            )
        case MountAuth.IDENTITY_BINDING:
            _check_token(mount, BINDING_AUDIENCE, policy)
            return BoundIdentity(
                tenant_id=_tenant(azure),
                client_id=_client(mount, azure),
                service_account=mount.pod.account,
                authority_host=cloud.authority_host,
            )
        case MountAuth.POD_IDENTITY:
            pod = mount.pod
            return PodIdentity(namespace=pod.namespace, pod=pod.name, uid=pod.uid, endpoint=policy.nmi)
        case MountAuth.VM_MANAGED_IDENTITY:
            _check_sharing(mount, policy)
            return _of_the_machine(azure.user_assigned_identity_id.lower())
        case MountAuth.SERVICE_PRINCIPAL:
            return _principal(mount, azure, cloud)
        case _:
            assert_never(azure.auth)


def attributes_problem(attributes: Mapping[str, str], parameters: Mapping[str, str], where: Where) -> SpecError | None:
    """Return what is wrong with the attributes that a pod lays over the parameters of its class, or None."""
    is_lent = azure_mount.is_true(parameters.get(MountAuth.VM_MANAGED_IDENTITY, ""))
    taken = sorted((FOR_THE_CLASS | OF_A_LENT_IDENTITY if is_lent else FOR_THE_CLASS) & attributes.keys())
    if not taken:
        return None
    return SpecError(
        what=f"the pod's volumeAttributes may not set {', '.join(taken)}",
        cause="they would lend it another identity, read other things with the node's own, or send credentials "
        "elsewhere, than the class's author chose",
        remedy="set it in the class: spec.parameters of the SecretProviderClass",
        where=where,
    )


def _tenant(azure: AzureMount) -> TenantId:
    return TenantId(azure.tenant_id.lower())


def _client(mount: Mount, azure: AzureMount) -> ClientId:
    if not azure.client_id:
        raise SpecError(
            what=f"{KIND} {mount.pod.namespace}/{mount.class_name} names no identity",
            cause="clientID is missing, and its way to authenticate needs one",
            remedy="set clientID to the client ID of the managed identity",
            where=_where(mount, "clientID"),
        )
    return ClientId(azure.client_id.lower())


def _check_token(mount: Mount, audience: str, policy: IdentityPolicy) -> None:
    if not mount.pod.service_account:
        raise SpecError(
            what=f"nobody said which ServiceAccount pod {mount.pod} runs under",
            cause="the call lacks csi.storage.k8s.io/serviceAccount.name",
            remedy="set podInfoOnMount: true in the CSIDriver object",
            where=Where(kind="Pod", namespace=mount.pod.namespace, name=mount.pod.name),
        )
    if audience not in mount.tokens and not policy.requests_tokens:
        raise absent_token.never_came(mount.pod.account, audience, mount.tokens)


def _of_the_machine(name: str) -> ManagedIdentity:
    if name.startswith("/"):
        return ManagedIdentity(client_id=ClientId(""), resource_id=name)
    return ManagedIdentity(client_id=ClientId(name))


def _check_sharing(mount: Mount, policy: IdentityPolicy) -> None:
    namespace = mount.pod.namespace
    if policy.own_identity_usable_from is None or namespace in policy.own_identity_usable_from:
        return
    raise GrantError(
        what=f"{KIND} {namespace}/{mount.class_name} may not use an identity of the node's machine",
        cause=f"the node plugin's --own-identity-usable-from does not name {namespace}",
        remedy="set clientID for workload identity, or let whoever runs the node plugin add "
        f"--own-identity-usable-from={namespace} to its arguments",
        where=_where(mount, "useVMManagedIdentity"),
    )


def _principal(mount: Mount, azure: AzureMount, cloud: Cloud) -> ServicePrincipal:
    """Upstream's keys, clientid and clientsecret in any case. There is no other way to them than kubelet's."""
    where = Where(kind=KIND, namespace=mount.pod.namespace, name=mount.class_name, path="nodePublishSecretRef")
    if not mount.secrets:
        raise _no_credential(
            f"{KIND} {mount.pod.namespace}/{mount.class_name} says of no identity which it is",
            "neither clientID, nor useVMManagedIdentity, nor a nodePublishSecretRef in the pod's volume is set",
            where,
        )
    client_id = _stored(mount, "clientid", where).reveal().decode(errors="replace").strip()
    return ServicePrincipal(
        tenant_id=_tenant(azure),
        client_id=ClientId(client_id.lower()),
        authority_host=cloud.authority_host,
        source=where,
        secret=_stored(mount, "clientsecret", where),
    )


def _stored(mount: Mount, key: str, where: Where) -> SecretValue:
    """Return the value under `key`; where it stands there in several spellings, of the one in lower case first."""
    found = max((name for name in mount.secrets if name.lower() == key), default="")
    if not found or not mount.secrets[found].reveal().strip():
        raise _no_credential(
            f"the Secret of nodePublishSecretRef has no {key}", f"the key {key} is missing or empty", where
        )
    return mount.secrets[found]


def _no_credential(what: str, cause: str, where: Where) -> KeyferryError:
    return SpecError(
        what=what,
        cause=cause,
        remedy="set clientID for workload identity, which needs no stored credential; or let nodePublishSecretRef name "
        "a Secret with the keys clientid and clientsecret",
        where=where,
    )


def _where(mount: Mount, parameter: str) -> Where:
    return Where(kind=KIND, namespace=mount.pod.namespace, name=mount.class_name, path=f"spec.parameters.{parameter}")
