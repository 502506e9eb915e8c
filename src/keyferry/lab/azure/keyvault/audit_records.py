"""An audit record as the service writes it to a storage account or an event hub: one JSON object, one line.

https://learn.microsoft.com/azure/key-vault/general/logging#interpret-your-key-vault-logs
https://learn.microsoft.com/azure/azure-monitor/reference/tables/azkvauditlogs (what the properties mean)
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

from keyferry.lab.azure.keyvault.audit import AuditRecord

_OBJECT_ID: Final = "http://schemas.microsoft.com/identity/claims/objectidentifier"


def document(record: AuditRecord) -> dict[str, Any]:
    """Return the record in the service's shape. What is not known is left out.

    The lab does not measure how long it takes: `durationMs` is 0. `resultType` says Success for everything that was
    answered, as the service's does for many denials: `httpStatusCode` is what counts.
    """
    return {
        "time": _time(record.time),
        "category": "AuditEvent",
        "operationName": record.operation,
        "operationVersion": record.api_version,
        "resourceId": record.resource_id.upper(),
        "resultType": "Success",
        "resultSignature": record.result_signature,
        "resultDescription": record.result_description,
        "durationMs": "0",
        "callerIpAddress": record.caller_address,
        "correlationId": record.correlation_id,
        "identity": {"claim": _claims(record)},
        "properties": _properties(record),
    }


def line(record: AuditRecord) -> str:
    """Return the record as one line of JSON, without the line's end."""
    return json.dumps(document(record), separators=(",", ":"))


def _time(instant: datetime) -> str:
    """The service writes seven digits after the point."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def _claims(record: AuditRecord) -> dict[str, str]:
    claims = {
        _OBJECT_ID: record.caller_object_id,
        "appid": record.caller_client_id,
        "appidacr": record.caller_authentication,
        "xms_mirid": record.caller_resource_id,
    }
    return {name: value for name, value in claims.items() if value}


def _properties(record: AuditRecord) -> dict[str, Any]:
    properties = {
        "id": record.object_id,
        "clientInfo": record.client_info,
        "requestUri": record.request_uri,
        "httpStatusCode": record.status,
        "isAccessPolicyMatch": record.is_access_policy_match,
        "isRbacAuthorized": record.is_rbac_authorized,
        "appliedAssignmentId": record.applied_assignment_id or None,
        "isAddressAuthorized": record.is_address_authorized,
        "addressAuthorizationType": "PublicIP" if record.is_address_authorized else None,
    }
    return {name: value for name, value in properties.items() if value is not None}
