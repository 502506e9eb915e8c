"""A SecretStore or ClusterSecretStore in YAML or JSON becomes one frozen value, or one error with all that is wrong.

Called by sync.stores.directory and by `keyferry check`. Fields: https://external-secrets.io/latest/provider/azure-key-vault/.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from keyferry.model.identity import TenantId
from keyferry.model.secrets import VaultUrl
from keyferry.spec import checking, documents, rules, store_conditions, store_notes, store_rules
from keyferry.spec.documents import Document
from keyferry.spec.fields import secret_store as fields
from keyferry.spec.fields.references import V1, V1BETA1
from keyferry.spec.problems import Problem, Problems, Review, did_you_mean
from keyferry.spec.store_conditions import NamespaceCondition

KIND: Final = "SecretStore"
CLUSTER_KIND: Final = "ClusterSecretStore"
_FIELDS: Final = {version: fields.spec(version) for version in (V1, V1BETA1)}
_AZURE: Final = "azurekv"
NOT_OURS: Final = "is not a provider that keyferry has"
# What upstream's webhook looks at, though its schema takes any text.
_REFUSED_UPSTREAM: Final = re.compile(r"spec\.(refreshInterval|conditions\[\d+\]\.namespaceRegexes\[\d+\])")


class AuthType(StrEnum):
    """`authType`: how the store proves who asks."""

    SERVICE_PRINCIPAL = "ServicePrincipal"
    MANAGED_IDENTITY = "ManagedIdentity"
    WORKLOAD_IDENTITY = "WorkloadIdentity"


class Environment(StrEnum):
    """`environmentType`: the Azure cloud."""

    PUBLIC_CLOUD = "PublicCloud"
    US_GOVERNMENT_CLOUD = "USGovernmentCloud"
    CHINA_CLOUD = "ChinaCloud"
    GERMAN_CLOUD = "GermanCloud"
    AZURE_STACK_CLOUD = "AzureStackCloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountSelector:
    """The ServiceAccount whose token is exchanged. `namespace` is None where it is the store's or its user's own.

    Another namespace than a SecretStore's needs the owner's consent, which the operator asks for; parsing takes it.
    `audiences` are those that the document adds.
    """

    name: str
    namespace: str | None
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """A key of a Kubernetes Secret. `namespace` is None where it is that of the store, or of a cluster store's user."""

    name: str
    key: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSecretRef:
    """`authSecretRef`: where a stored credential stands. With ServicePrincipal, one of the last two is there."""

    client_id: SecretKey
    tenant_id: SecretKey | None = None
    client_secret: SecretKey | None = None
    client_certificate: SecretKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureKeyVault:
    """A vault and how to get at it. `vault_url` is `https://host`, lower case, without a closing slash.

    `tenant_id` is None where the operator's own counts. `service_account` None means the operator's own identity, with
    WorkloadIdentity. `auth_secret` is there only where it counts. `identity_id` is a client id or a resource id, or ""
    for the machine's own. `authority_host` is "" where the environment's counts.
    """

    vault_url: VaultUrl
    tenant_id: TenantId | None
    auth_type: AuthType
    environment: Environment
    service_account: ServiceAccountSelector | None
    auth_secret: AuthSecretRef | None = None
    identity_id: str = ""
    authority_host: str = ""

    @property
    def stored_keys(self) -> frozenset[SecretKey]:
        """The keys of Secrets that its identity is made of."""
        named = self.auth_secret
        if named is None:
            return frozenset()
        if self.auth_type is AuthType.SERVICE_PRINCIPAL:
            keys = (named.client_id, named.client_secret, named.client_certificate)
        else:
            keys = (named.client_id, named.tenant_id, None)
        return frozenset(key for key in keys if key is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStore:
    """What one store says; `kind` tells of which of the two kinds it is, and a ClusterSecretStore has no namespace.

    `controller` is "" for any; `refresh_interval` None for the operator's default. `fallback_vaults` are read from, in
    their order, while the provider's own vault is unavailable. `conditions` are those of a ClusterSecretStore. `notes`
    are about fields that have no effect.
    """

    kind: str
    namespace: str
    name: str
    uid: str
    generation: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    controller: str
    provider: AzureKeyVault
    refresh_interval: timedelta | None
    fallback_vaults: tuple[VaultUrl, ...] = ()
    conditions: tuple[NamespaceCondition, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def full_name(self) -> str:
        """Kind and name, as messages have them."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    @property
    def is_of_the_cluster(self) -> bool:
        """Tell whether it serves other namespaces than one of its own."""
        return self.kind == CLUSTER_KIND

    @property
    def is_referent(self) -> bool:
        """Tell whether each namespace that uses it speaks as an identity of its own: one that lives there."""
        account = self.provider.service_account
        places = [key.namespace for key in self.provider.stored_keys]
        if account is not None:
            places.append(account.namespace)
        return self.is_of_the_cluster and None in places


def parse(document: bytes | Mapping[str, object], kind: str = KIND) -> SecretStore:
    """Return what the document, a SecretStore or of the `kind` named, says; `SpecError` lists every problem in it.

    Takes `external-secrets.io/v1` and `v1beta1`, as JSON or as a mapping. The namespace of a ClusterSecretStore counts
    as absent, as it does for the API server.
    """
    opened, spec = _open(document, kind)
    metadata, of_the_cluster = opened.metadata, kind == CLUSTER_KIND
    azure = spec.get("provider", {}).get(_AZURE, {})
    own = store_rules.normalised(azure.get("vaultUrl", ""))
    fallback_vaults = store_rules.fallback_vaults(metadata.annotations, own, opened.problems)
    opened.raise_if_any_problem()
    return SecretStore(
        kind=kind,
        namespace="" if of_the_cluster else metadata.namespace,
        name=metadata.name,
        uid=metadata.uid,
        generation=metadata.generation,
        labels=metadata.labels,
        annotations=metadata.annotations,
        controller=spec.get("controller", ""),
        provider=_azure_key_vault(azure, "" if of_the_cluster else metadata.namespace),
        refresh_interval=rules.store_interval(str(spec.get("refreshInterval", 0))) or None,
        fallback_vaults=fallback_vaults,
        conditions=store_conditions.parse(spec.get("conditions", [])) if of_the_cluster else (),
        notes=store_notes.notes(spec, of_the_cluster=of_the_cluster),
    )


def review(document: bytes | Mapping[str, object], kind: str = KIND) -> Review:
    """Return what an admission says of the document: upstream's refusals are problems, keyferry's own are warnings.

    Raises `SpecError` where it is of another kind.
    """
    opened, spec = _open(document, kind)
    azure = spec.get("provider", {}).get(_AZURE, {})
    own = store_rules.normalised(azure.get("vaultUrl", ""))
    store_rules.fallback_vaults(opened.metadata.annotations, own, opened.problems)
    store_rules.advise(azure, "" if kind == CLUSTER_KIND else opened.metadata.namespace, opened.problems)
    for note in store_notes.notes(spec, of_the_cluster=kind == CLUSTER_KIND):
        opened.problems.add(note.path, note.message, note.remedy, is_ours=True)
    found = opened.review()
    refused = tuple(warning for warning in found.warnings if _REFUSED_UPSTREAM.fullmatch(warning.path))
    return Review(
        problems=(*found.problems, *(replace(warning, is_ours=False) for warning in refused)),
        warnings=tuple(warning for warning in found.warnings if warning not in refused),
    )


def _open(document: bytes | Mapping[str, object], kind: str) -> tuple[Document, Any]:
    """Return the document with the problems of its fields, and its spec as checked."""
    opened = documents.open_document(document, kind)
    of_the_cluster = kind == CLUSTER_KIND
    spec = checking.check(_FIELDS[opened.version], opened.spec, "spec", opened.problems)
    azure = spec.get("provider", {}).get(_AZURE, {})
    _check_provider(spec.get("provider", {}), opened.problems)
    store_rules.check(azure, "" if of_the_cluster else opened.metadata.namespace, opened.problems)
    if of_the_cluster:
        store_conditions.check(spec.get("conditions", []), opened.problems)
    if opened.version == V1BETA1 and spec.get("refreshInterval", 0) < 0:
        opened.problems.add("spec.refreshInterval", "is negative", "write seconds, or 0 for the default")
    return opened, spec


def _check_provider(provider: Mapping[str, Any], problems: Problems) -> None:
    for name in provider:
        if name != _AZURE:
            near = did_you_mean(name, [_AZURE])
            advice = near or "use azurekv: keyferry reads Azure Key Vault"
            problems.add(f"spec.provider.{name}", NOT_OURS, advice, is_ours=not near)


def _azure_key_vault(azure: Mapping[str, Any], home: str) -> AzureKeyVault:
    account = azure.get("serviceAccountRef")
    auth_type = AuthType(azure["authType"])
    reads_secret = auth_type is AuthType.SERVICE_PRINCIPAL or store_rules.reads_client_id(azure)
    custom = azure.get("customCloudConfig", {})
    return AzureKeyVault(
        vault_url=store_rules.normalised(azure["vaultUrl"]),
        tenant_id=TenantId(azure["tenantId"].lower()) if "tenantId" in azure else None,
        auth_type=auth_type,
        environment=Environment(azure["environmentType"]),
        service_account=_service_account(account) if account and auth_type is AuthType.WORKLOAD_IDENTITY else None,
        auth_secret=_auth_secret(azure["authSecretRef"], home) if reads_secret else None,
        identity_id=azure.get("identityId", "").lower() if auth_type is AuthType.MANAGED_IDENTITY else "",
        authority_host=custom.get("activeDirectoryEndpoint", "").rstrip("/"),
    )


def _service_account(account: Mapping[str, Any]) -> ServiceAccountSelector:
    return ServiceAccountSelector(
        name=account["name"], namespace=account.get("namespace"), audiences=tuple(account.get("audiences", ()))
    )


def _auth_secret(reference: Mapping[str, Any], home: str) -> AuthSecretRef:
    def key(name: str) -> SecretKey | None:
        selector = reference.get(name)
        if not selector:
            return None
        namespace = selector.get("namespace", home)
        return SecretKey(name=selector["name"], key=selector["key"], namespace=None if namespace == home else namespace)

    client_id = key("clientId")
    assert client_id is not None, "store_rules lets no reference pass without it"
    return AuthSecretRef(
        client_id=client_id,
        tenant_id=key("tenantId"),
        client_secret=key("clientSecret"),
        client_certificate=key("clientCertificate"),
    )
