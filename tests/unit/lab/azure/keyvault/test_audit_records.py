import json

from keyferry.lab.azure.keyvault import audit_records
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, READER, caller, drive


def test_has_the_service_s_shape() -> None:
    world = lab_azure.azure()
    caller(world)("GET", "/secrets/db-password")
    (record,) = world.audit
    reader = world.directory.identities[0]
    document = audit_records.document(record)
    vault = record.resource_id.upper()
    assert document == {
        "time": "2026-11-22T12:00:00.0000000Z",
        "category": "AuditEvent",
        "operationName": "SecretGet",
        "operationVersion": "7.6",
        "resourceId": vault,
        "resultType": "Success",
        "resultSignature": "OK",
        "resultDescription": "",
        "durationMs": "0",
        "callerIpAddress": "127.0.0.1",
        "correlationId": "client-id-1",
        "identity": {
            "claim": {
                "http://schemas.microsoft.com/identity/claims/objectidentifier": reader.principal_id,
                "appid": READER,
                "appidacr": "2",
                "xms_mirid": reader.resource_id,
            }
        },
        "properties": {
            "id": "https://kv-one.vault.azure.net/secrets/db-password",
            "clientInfo": "",
            "requestUri": "https://kv-one.vault.azure.net/secrets/db-password?api-version=7.6",
            "httpStatusCode": 200,
            "isRbacAuthorized": True,
            "appliedAssignmentId": record.applied_assignment_id,
            "isAddressAuthorized": True,
            "addressAuthorizationType": "PublicIP",
        },
    }


def test_a_line_is_one_line_and_leaves_out_what_is_not_known() -> None:
    world = lab_azure.azure()
    agent = {"user-agent": "agent\nwith a break"}
    drive(world.handle(Request(method="GET", host="kv-one.vault.azure.net", path="/secrets", headers=agent), NOW))
    (record,) = world.audit
    line = audit_records.line(record)
    assert "\n" not in line
    document = json.loads(line)
    assert document["identity"] == {"claim": {}}
    assert (document["operationName"], document["properties"]["httpStatusCode"]) == ("Authentication", 401)
    assert set(document["properties"]) == {"id", "clientInfo", "requestUri", "httpStatusCode"}
