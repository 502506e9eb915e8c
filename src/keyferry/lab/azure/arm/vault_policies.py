"""Access policies as ARM writes them: read and held against the rules, shown, and changed one by one.

https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/update-access-policy
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.vault_settings import MAX_ACCESS_POLICIES, AccessPolicy

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
WORDS: Final[Mapping[str, frozenset[str]]] = {
    "keys": frozenset(
        {"all", "encrypt", "decrypt", "wrapkey", "unwrapkey", "sign", "verify", "get", "list", "create", "update"}
        | {"import", "delete", "backup", "restore", "recover", "purge", "release", "rotate", "getrotationpolicy"}
        | {"setrotationpolicy"}
    ),
    "secrets": frozenset({"all", "get", "list", "set", "delete", "backup", "restore", "recover", "purge"}),
    "certificates": frozenset(
        {"all", "get", "list", "delete", "create", "import", "update", "managecontacts", "getissuers", "listissuers"}
        | {"setissuers", "deleteissuers", "manageissuers", "recover", "purge", "backup", "restore"}
    ),
    "storage": frozenset(
        {"all", "get", "list", "delete", "set", "update", "regeneratekey", "recover", "purge", "backup", "restore"}
        | {"setsas", "listsas", "getsas", "deletesas"}
    ),
}
Policies = tuple[AccessPolicy, ...]


def parse(found: object, tenant_id: str) -> Policies:
    """Return the policies of a body. RefusedError (400) names what is wrong."""
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise bad("The property 'accessPolicies' must be a list of objects.")
    if len(found) > MAX_ACCESS_POLICIES:
        raise bad(f"The vault has {len(found)} access policies, and may have {MAX_ACCESS_POLICIES}.")
    policies = tuple(_policy(each, tenant_id) for each in found)
    whose = [_who(each) for each in policies]
    if len(set(whose)) < len(whose):
        raise bad("Two access policies are for one objectId and applicationId. Join them.")
    return policies


def shape(policy: AccessPolicy) -> dict[str, Any]:
    """Return the policy as ARM shows it."""
    application = {"applicationId": policy.application_id} if policy.application_id else {}
    return {
        "tenantId": policy.tenant_id,
        "objectId": policy.object_id,
        **application,
        "permissions": {kind: list(getattr(policy, kind)) for kind in WORDS},
    }


def change(kind: str, current: Policies, given: Policies) -> Policies:
    """Return the policies after `add`, `replace` or `remove` of those given. RefusedError (400) for another kind."""
    changes: Mapping[str, Callable[[AccessPolicy | None, AccessPolicy], AccessPolicy]] = {
        "add": _added,
        "replace": lambda _, given_one: given_one,
        "remove": _removed,
    }
    if kind not in changes:
        raise bad(f"The operation '{kind[:20]}' on access policies must be 'add', 'replace' or 'remove'.")
    result = {_who(each): each for each in current}
    for each in given:
        result[_who(each)] = changes[kind](result.get(_who(each)), each)
    kept = tuple(each for each in result.values() if kind != "remove" or any(getattr(each, word) for word in WORDS))
    if len(kept) > MAX_ACCESS_POLICIES:
        raise bad(f"The vault would have {len(kept)} access policies, and may have {MAX_ACCESS_POLICIES}.")
    return kept


def bad(message: str) -> RefusedError:
    """Return the refusal of a vault's property."""
    return RefusedError(400, "BadRequest", message)


def _policy(found: Mapping[str, Any], tenant_id: str) -> AccessPolicy:
    application = found.get("applicationId") or ""
    for name, value in (("objectId", found.get("objectId")), ("applicationId", application or tenant_id)):
        if not isinstance(value, str) or not GUID.fullmatch(value):
            raise bad(f"The property '{name}' of an access policy must be a GUID.")
    if str(found.get("tenantId", "")).lower() != tenant_id:
        raise bad("The property 'tenantId' of an access policy must be the vault's.")
    permissions = found.get("permissions")
    if not isinstance(permissions, Mapping):
        raise bad("The property 'permissions' of an access policy is required.")
    words = {kind: _words(permissions.get(kind), kind) for kind in WORDS}
    return AccessPolicy(
        tenant_id=tenant_id, object_id=found["objectId"].lower(), application_id=application.lower(), **words
    )


def _words(found: object, kind: str) -> tuple[str, ...]:
    words = found if isinstance(found, list) else [] if found is None else [found]
    for word in words:
        if not isinstance(word, str) or word.lower() not in WORDS[kind]:
            raise bad(f"The permission '{str(word)[:40]}' is none of {kind}.")
    return tuple(dict.fromkeys(words))


def _who(policy: AccessPolicy) -> tuple[str, str]:
    return policy.object_id.lower(), policy.application_id.lower()


def _added(old: AccessPolicy | None, given: AccessPolicy) -> AccessPolicy:
    if old is None:
        return given
    return replace(
        old,
        keys=_union(old.keys, given.keys),
        secrets=_union(old.secrets, given.secrets),
        certificates=_union(old.certificates, given.certificates),
        storage=_union(old.storage, given.storage),
    )


def _removed(old: AccessPolicy | None, given: AccessPolicy) -> AccessPolicy:
    """Words are taken away from what there is; who has no policy gets none."""
    before = old or replace(given, keys=(), secrets=(), certificates=(), storage=())
    return replace(
        before,
        keys=_difference(before.keys, given.keys),
        secrets=_difference(before.secrets, given.secrets),
        certificates=_difference(before.certificates, given.certificates),
        storage=_difference(before.storage, given.storage),
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    known = {word.lower() for word in one}
    return one + tuple(word for word in other if word.lower() not in known)


def _difference(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    gone = {word.lower() for word in other}
    return tuple(word for word in one if word.lower() not in gone)
