"""As whom a registry is asked, and whether whoever asks may speak as that. Pure.

The rules are those of stores: an account of the namespace that asks, a credential that is stored there, or an identity
of the operator's, which serves the namespaces that whoever runs the operator allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, NotFound, SpecError, Where, foreign
from keyferry.model.identity import (
    ClientId,
    Identity,
    ManagedIdentity,
    ProjectedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION
from keyferry.spec.generators.acr import AcrAccessToken, Federated, LentByMachine, StoredCredential
from keyferry.spec.secret_store import SecretKey, ServiceAccountSelector
from keyferry.sync.stores.material import GUID, Account, Material, OwnIdentity

_AUTH = "spec.auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A generator, and the namespace of whoever refers to it: its accounts and Secrets are the ones that are meant."""

    wanted: AcrAccessToken
    namespace: str
    generator: Where

    @property
    def who(self) -> str:
        """The generator in the words of a message, with the namespace where that is not its own."""
        asked_from = "" if self.generator.namespace else f" for namespace {self.namespace}"
        return f"{self.generator}{asked_from}"

    def at(self, field: str) -> Where:
        """Return where a field of the generator is; one of a ClusterGenerator stands further down."""
        path = field if self.generator.namespace else field.replace("spec.", "spec.generator.acrAccessTokenSpec.", 1)
        return Where(kind=self.generator.kind, namespace=self.generator.namespace, name=self.generator.name, path=path)


def keys_of(asking: Asking) -> frozenset[SecretKey]:
    """Return the keys of Secrets, of the namespace that asks, which `identity_of` needs."""
    auth = asking.wanted.auth
    return frozenset({auth.client_id, auth.client_secret}) if isinstance(auth, StoredCredential) else frozenset()


def account_of(asking: Asking) -> ServiceAccountRef | None:
    """Return the ServiceAccount that is meant, which may not exist; None where none is."""
    auth = asking.wanted.auth
    if not isinstance(auth, Federated) or auth.account is None:
        return None
    return ServiceAccountRef(namespace=asking.namespace, name=auth.account.name)


def identity_of(asking: Asking, material: Material, own: OwnIdentity) -> Identity:
    """Return the identity, or raise NotFound, GrantError or SpecError that says what is missing and who can mend it."""
    match asking.wanted.auth:
        case StoredCredential() as stored:
            return _principal(asking, stored, material.stored)
        case LentByMachine(identity_id=identity_id):
            _check_sharing(asking, own, "managedIdentity")
            if identity_id.startswith("/"):
                return ManagedIdentity(client_id=ClientId(""), resource_id=identity_id)
            return ManagedIdentity(client_id=ClientId(identity_id))
        case Federated(account=selector):
            if selector is not None:
                return _workload_identity(asking, selector, material.account, own)
            _check_sharing(asking, own, "workloadIdentity")
            return _projected(asking, own)
        case _:
            assert_never(asking.wanted.auth)


def _principal(asking: Asking, auth: StoredCredential, stored: Mapping[SecretKey, SecretValue]) -> ServicePrincipal:
    """White space around both is cut away, as upstream does."""
    tenant_id = asking.wanted.tenant_id
    assert tenant_id is not None, "parse lets no servicePrincipal pass without tenantId"
    client_id = stored[auth.client_id].reveal().strip().decode(errors="replace")
    if not GUID.fullmatch(client_id):
        raise SpecError(
            what=f"key {auth.client_id.key} of Secret {asking.namespace}/{auth.client_id.name} holds no id",
            cause="its value is not a GUID",  # which is not told: it may be the secret itself
            remedy="store the application's client id there",
            where=_place(asking, auth.client_id),
        )
    return ServicePrincipal(
        tenant_id=tenant_id,
        client_id=ClientId(client_id.lower()),
        authority_host=_authority_host(asking),
        source=_place(asking, auth.client_secret),
        secret=SecretValue(stored[auth.client_secret].reveal().strip()),
    )


def _workload_identity(
    asking: Asking, selector: ServiceAccountSelector, account: Account | None, own: OwnIdentity
) -> WorkloadIdentity:
    where = asking.at(f"{_AUTH}.workloadIdentity.serviceAccountRef")
    if account is None:
        raise NotFound(
            what=f"ServiceAccount {asking.namespace}/{selector.name} does not exist",
            cause=f"{asking.who} uses it",
            remedy="create the ServiceAccount, or correct the reference",
            where=where,
        )
    given = account.annotations.get(CLIENT_ID_ANNOTATION, "")
    if not GUID.fullmatch(given):
        raise SpecError(
            what=f"ServiceAccount {account.reference} names no identity",
            cause=f"its annotation {CLIENT_ID_ANNOTATION} is "
            f"{f'{foreign(given)!r}, not a GUID' if given else 'missing'}",
            remedy=f"set {CLIENT_ID_ANNOTATION} to the client ID of the managed identity",
            where=where,
        )
    environment = asking.wanted.environment
    return WorkloadIdentity(
        tenant_id=_tenant_id(asking, account, own),
        client_id=ClientId(given.lower()),
        service_account=account.reference,
        authority_host=_authority_host(asking),
        audiences=clouds.audiences_of(environment, selector.audiences),
    )


def _tenant_id(asking: Asking, account: Account, own: OwnIdentity) -> TenantId:
    """The account's tenant, else the generator's, else the operator's own. Upstream asks for the account's."""
    named = asking.wanted.tenant_id or ""
    annotated = account.annotations.get(TENANT_ID_ANNOTATION, "")
    tenant = annotated or named or own.tenant_id
    if GUID.fullmatch(tenant):
        return TenantId(tenant.lower())
    raise SpecError(
        what=f"{asking.who} has no tenant",
        cause=f"{foreign(tenant)!r} is not a GUID"
        if tenant
        else "neither it, nor its ServiceAccount, nor the operator names one",
        remedy=f"set {asking.at('spec.tenantId').path} or the annotation {TENANT_ID_ANNOTATION} of the ServiceAccount",
        where=asking.at("spec.tenantId"),
    )


def _projected(asking: Asking, own: OwnIdentity) -> ProjectedIdentity:
    wanted = {
        "AZURE_TENANT_ID": GUID.fullmatch(own.tenant_id),
        "AZURE_CLIENT_ID": GUID.fullmatch(own.client_id),
        "AZURE_FEDERATED_TOKEN_FILE": own.token_file,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise SpecError(
            what=f"{asking.who} counts on the operator's own identity, and it has none",
            cause=f"serviceAccountRef is absent, and the operator lacks a valid {' and '.join(missing)}",
            remedy="name a ServiceAccount in serviceAccountRef",
            where=asking.at(f"{_AUTH}.workloadIdentity.serviceAccountRef"),
        )
    return ProjectedIdentity(
        tenant_id=TenantId(own.tenant_id.lower()),
        client_id=ClientId(own.client_id.lower()),
        authority_host=_authority_host(asking),
        token_file=own.token_file,
    )


def _check_sharing(asking: Asking, own: OwnIdentity, field: str) -> None:
    if own.usable_from is None or asking.namespace in own.usable_from:
        return
    raise GrantError(
        what=f"{asking.who} may not use an identity of the operator or of its machine",
        cause=f"the operator's --own-identity-usable-from does not name {asking.namespace}",
        remedy="use workloadIdentity with a serviceAccountRef, or let whoever runs the operator add "
        f"--own-identity-usable-from={asking.namespace} to its arguments",
        where=asking.at(f"{_AUTH}.{field}"),
    )


def _authority_host(asking: Asking) -> str:
    return clouds.authority_host_of(asking.wanted.environment)


def _place(asking: Asking, key: SecretKey) -> Where:
    return Where(kind="Secret", namespace=asking.namespace, name=key.name, path=f"data.{key.key}")
