"""Vaults: put, patch, get, list, delete, their access policies, and whether a name is free.

https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults
"""

import re
from typing import Final

from keyferry.lab.azure.arm import (
    bodies,
    locations,
    operations,
    paging,
    vault_body,
    vault_policies,
    vault_shape,
    versions,
)
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import VaultExistsError
from keyferry.lab.azure.seed.declaration import Knobs

TYPE: Final = vault_shape.TYPE
_NAME: Final = re.compile(r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")


def _list(call: Call) -> Reply:
    start = f"{call.group_id if 'group' in call.names else f'/subscriptions/{call.subscription}'}/".lower()
    return paging.page(
        call,
        [vault_shape.shape(call, each) for each in call.estate.vaults if each.resource_id.lower().startswith(start)],
    )


def _get(call: Call) -> Reply:
    return Reply(content=vault_shape.shape(call, _found(call)))


def _put(call: Call) -> Reply:
    name = call.names["vault"]
    if not _NAME.fullmatch(name):
        raise RefusedError(
            400,
            "VaultNameNotValid",
            f"The vault name '{name[:80]}' is invalid: 3 to 24 letters, digits and single hyphens, a letter first.",
        )
    content = bodies.parse(call.request)
    old = call.estate.vaults.find(_resource_id(call))
    location = locations.of(content, old.location if old else None, f"The vault '{name}'")
    if vault_body.is_recovery(content):
        return Reply(content=vault_shape.shape(call, _recovered(call, location)))
    body = vault_body.read(content, old, call.version, call.caller.tenant_id, whole=True)
    if old is not None:
        _configure(call, old, body)
        return Reply(content=vault_shape.shape(call, old))
    created = vault_shape.shape(call, _created(call, location, body))
    pending = created["properties"]["provisioningState"] != vault_shape.SUCCEEDED
    return Reply(status=201, content=created, headers=(operations.RETRY_AFTER,) if pending else ())


def _patch(call: Call) -> Reply:
    vault = _found(call)
    content = bodies.parse(call.request)
    _configure(call, vault, vault_body.read(content, vault, call.version, call.caller.tenant_id, whole=False))
    return Reply(content=vault_shape.shape(call, vault))


def _delete(call: Call) -> Reply:
    vault = call.estate.vaults.find(_resource_id(call))
    if vault is None:
        return Reply(status=204)
    call.estate.vaults.delete(vault, call.now)
    return Reply(status=200)


def _change_policies(call: Call) -> Reply:
    vault = _found(call)
    given = bodies.properties(bodies.parse(call.request)).get("accessPolicies")
    policies = vault_policies.parse(given, vault.tenant_id)
    changed = vault_policies.change(call.names["kind"].lower(), vault.access_policies, policies)
    if changed != vault.access_policies:
        vault.access_policies = changed
        call.estate.policies_changed(vault, call.now)
    content = {
        "id": f"{vault.resource_id}/accessPolicies/",
        "type": f"{TYPE}/accessPolicies",
        "properties": {"accessPolicies": [vault_policies.shape(each) for each in vault.access_policies]},
    }
    return Reply(content=content)


def _check_name(call: Call) -> Reply:
    content = bodies.parse(call.request)
    name = content.get("name")
    if not isinstance(name, str) or str(content.get("type", "")).lower() != TYPE.lower():
        raise bodies.invalid(f"The body must have a 'name' and the 'type' '{TYPE}'")
    if not _NAME.fullmatch(name):
        return Reply(content={"nameAvailable": False, "reason": "AccountNameInvalid", "message": "No name of a vault."})
    vaults = call.estate.vaults
    if vaults.by_name(name) is not None or vaults.deleted_by_name(name, call.now) is not None:
        message = f"The vault name '{name}' is in use. A deleted vault keeps its name until it is purged."
        return Reply(content={"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return Reply(content={"nameAvailable": True})


def _resource_id(call: Call) -> str:
    return f"{call.group_id}/providers/{TYPE}/{call.names['vault']}"


def _found(call: Call) -> Vault:
    vault = call.estate.vaults.find(_resource_id(call))
    if vault is None:
        raise RefusedError(
            404,
            "ResourceNotFound",
            f"The resource '{TYPE}/{call.names['vault'][:80]}' was not found in '{call.group_id}'.",
        )
    return vault


def _created(call: Call, location: str, body: vault_body.VaultBody) -> Vault:
    vault = Vault(
        name=call.names["vault"],
        cloud=call.cloud,
        tenant_id=call.caller.tenant_id,
        resource_id=_resource_id(call),
        location=location,
        purge_protection=body.purge_protection,
        public_network_access=body.public_network_access,
        knobs=Knobs(),
        objects=Objects(retention_days=body.retention_days, deletion_seconds=0),
    )
    vault.configure(body.settings)
    if call.estate.state.settings.vault_dns_seconds:
        vault.provisioning_state = vault_shape.REGISTERING
    try:
        call.estate.vaults.create(vault, call.now)
    except VaultExistsError as refusal:
        code = "ConflictError" if refusal.deleted else "VaultAlreadyExists"
        remedy = "Recover it, or purge it." if refusal.deleted else "Vault names are unique in the whole of Azure."
        raise RefusedError(409, code, f"A vault is in the way: {refusal}. {remedy}") from refusal
    return vault


def _recovered(call: Call, location: str) -> Vault:
    """Bring the vault back as it was; the rest of the body is not looked at."""
    deleted = call.estate.vaults.deleted_by_name(call.names["vault"], call.now)
    wanted = _resource_id(call).lower()
    if deleted is None or deleted.vault.resource_id.lower() != wanted or deleted.vault.location != location:
        raise RefusedError(
            404,
            "SoftDeletedVaultDoesNotExist",
            f"No deleted vault '{call.names['vault'][:24]}' of this group and location can be recovered.",
        )
    return call.estate.vaults.recover(deleted)


def _configure(call: Call, vault: Vault, body: vault_body.VaultBody) -> None:
    before = (vault.rbac, vault.access_policies)
    vault.configure(body.settings)
    vault.purge_protection = body.purge_protection
    vault.public_network_access = body.public_network_access
    if before != (vault.rbac, vault.access_policies):
        call.estate.policies_changed(vault, call.now)


_GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{group}"
_ONE: Final = f"{_GROUP}/providers/{TYPE}/{{vault}}"
ROUTES: Final = (
    *(
        Route(
            template=f"{below}/providers/{TYPE}",
            type=TYPE,
            versions=versions.VAULTS,
            operations={"GET": Operation(f"{TYPE}/read", _list)},
        )
        for below in ("/subscriptions/{subscription}", _GROUP)
    ),
    Route(
        template=_ONE,
        type=TYPE,
        versions=versions.VAULTS,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "PATCH": Operation(f"{TYPE}/write", _patch),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
    Route(
        template=f"{_ONE}/accessPolicies/{{kind}}",
        type=f"{TYPE}/accessPolicies",
        versions=versions.VAULTS,
        operations={"PUT": Operation(f"{TYPE}/accessPolicies/write", _change_policies)},
    ),
    Route(
        template="/subscriptions/{subscription}/providers/Microsoft.KeyVault/checkNameAvailability",
        type="Microsoft.KeyVault/checkNameAvailability",
        versions=versions.VAULTS,
        operations={"POST": Operation("Microsoft.KeyVault/checkNameAvailability/read", _check_name)},
    ),
)
