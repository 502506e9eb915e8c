"""Audit records of what ARM does with a vault itself: it is in the vault's log beside what the data plane does.

https://learn.microsoft.com/azure/key-vault/general/logging#interpret-your-key-vault-logs (VaultGet, VaultPut, …)
"""

import json
import re
from datetime import datetime
from typing import Final

from keyferry.lab.azure.keyvault import claims
from keyferry.lab.azure.keyvault.audit import AuditRecord, signature
from keyferry.lab.azure.keyvault.recording import MAX_TEXT
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.world.http import Request

_VAULT: Final = re.compile(
    r"(?P<vault>/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.KeyVault/vaults/(?P<name>[^/]+))"
    r"(?P<policies>/accessPolicies/[^/]+)?/?",
    re.IGNORECASE,
)
_OPERATIONS: Final = {"GET": "VaultGet", "PUT": "VaultPut", "PATCH": "VaultPatch", "DELETE": "VaultDelete"}


def record(request: Request, status: int, vaults: Vaults, now: datetime) -> AuditRecord | None:
    """Return the record of a request to ARM, None where it is about no vault that exists, or its caller unknown.

    The request was answered with `status`, so its token is genuine unless that is 401.
    """
    match = _VAULT.fullmatch(request.path)
    vault = None if match is None else vaults.known(match["vault"])
    if match is None or vault is None or status == 401 or request.method not in _OPERATIONS:
        return None
    told = claims.of(request.headers["authorization"].partition(" ")[2].strip())
    return AuditRecord(
        time=now,
        vault=vault.name,
        resource_id=vault.resource_id,
        operation=_operation(request, policies=match["policies"] is not None),
        api_version=request.parameter("api-version")[:MAX_TEXT],
        status=status,
        result_signature=signature(status),
        result_description="",
        object_id=f"{vault.url}/",
        request_uri=f"https://{request.host}{request.path}"[:MAX_TEXT],
        caller_address=request.client,
        caller_object_id=str(told.get("oid", "")),
        caller_client_id=str(told.get("appid", "")),
        caller_resource_id=str(told.get("xms_mirid", "")),
        caller_authentication=str(told.get("appidacr", "")),
        applied_assignment_id="",
        is_rbac_authorized=None,
        is_access_policy_match=None,
        is_address_authorized=None,
        correlation_id=request.headers.get("x-ms-client-request-id", "")[:MAX_TEXT],
        client_info=request.headers.get("user-agent", "")[:MAX_TEXT],
    )


def _operation(request: Request, *, policies: bool) -> str:
    if policies:
        return "VaultPatch"
    return "VaultRecover" if request.method == "PUT" and _recovers(request.body) else _OPERATIONS[request.method]


def _recovers(body: bytes) -> bool:
    try:
        return str(json.loads(body)["properties"]["createMode"]).lower() == "recover"
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
