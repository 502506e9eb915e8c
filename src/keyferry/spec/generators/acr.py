"""What an ACRAccessToken asks for: a login for a registry, as one of three kinds of identity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.model.identity import TenantId
from keyferry.spec.problems import Problems
from keyferry.spec.secret_store import Environment, SecretKey, ServiceAccountSelector

_AUTHS: Final = ("servicePrincipal", "managedIdentity", "workloadIdentity")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredential:
    """`servicePrincipal`: where client id and client secret stand, in the namespace that asks."""

    client_id: SecretKey
    client_secret: SecretKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LentByMachine:
    """`managedIdentity`: a client id or a resource id, "" for the machine's own identity."""

    identity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Federated:
    """`workloadIdentity`: an account of the namespace that asks; None for the operator's own identity."""

    account: ServiceAccountSelector | None


Auth = StoredCredential | LentByMachine | Federated


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrAccessToken:
    """A login for `registry`, a host name in lower case. `scope` "" leaves it as wide as the identity's rights."""

    registry: str
    scope: str
    tenant_id: TenantId | None
    environment: Environment
    auth: Auth


def read(spec: Mapping[str, Any], path: str, problems: Problems) -> AcrAccessToken | None:
    """Return what the fields, which were checked one by one before, ask for; None where something lacks."""
    before = len(problems)
    environment = Environment(spec.get("environmentType", Environment.PUBLIC_CLOUD))
    if environment is Environment.AZURE_STACK_CLOUD:
        problems.add(f"{path}.environmentType", "has no registries that are known", "use one of the other clouds")
    auth = _auth(spec.get("auth", {}), f"{path}.auth", problems)
    if isinstance(auth, StoredCredential) and "tenantId" not in spec:
        problems.add(f"{path}.tenantId", "is missing, and servicePrincipal needs it", "add the id of its tenant")
    if auth is None or len(problems) > before or "registry" not in spec:
        return None
    return AcrAccessToken(
        registry=spec["registry"].lower(),
        scope=spec.get("scope", ""),
        tenant_id=TenantId(spec["tenantId"].lower()) if "tenantId" in spec else None,
        environment=environment,
        auth=auth,
    )


def _auth(fields: Mapping[str, Any], path: str, problems: Problems) -> Auth | None:
    """Return the one of highest precedence, as upstream does where several are given."""
    if "servicePrincipal" in fields:
        reference = fields["servicePrincipal"].get("secretRef", {})
        where = f"{path}.servicePrincipal.secretRef"
        client_id = _key(reference, "clientId", where, problems)
        client_secret = _key(reference, "clientSecret", where, problems)
        if client_id is None or client_secret is None:
            return None
        return StoredCredential(client_id=client_id, client_secret=client_secret)
    if "managedIdentity" in fields:
        return LentByMachine(identity_id=fields["managedIdentity"].get("identityId", "").lower())
    if "workloadIdentity" in fields:
        return Federated(account=_account(fields["workloadIdentity"].get("serviceAccountRef")))
    problems.add(path, f"has none of {', '.join(_AUTHS)}", "add workloadIdentity with a serviceAccountRef")
    return None


def _key(reference: Mapping[str, Any], field: str, path: str, problems: Problems) -> SecretKey | None:
    selector = reference.get(field, {})
    missing = [part for part in ("name", "key") if part not in selector]
    for part in missing:
        problems.add(f"{path}.{field}.{part}", "is missing", "add it")
    return None if missing else SecretKey(name=selector["name"], key=selector["key"])


def _account(fields: Mapping[str, Any] | None) -> ServiceAccountSelector | None:
    """A namespace has no effect here, in upstream either: the account is of the namespace that asks."""
    if fields is None or "name" not in fields:
        return None
    return ServiceAccountSelector(name=fields["name"], namespace=None, audiences=tuple(fields.get("audiences", ())))
