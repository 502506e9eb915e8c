"""Requests of ARM made by chance: addresses of its types, and bodies that are right but for a field or two."""

import copy
from typing import Any

from hypothesis import strategies as st

from keyferry.lab.azure.arm import routes
from tests.fakes import lab_arm, lab_azure

POLICY = {"tenantId": lab_azure.TENANT, "objectId": lab_azure.READER, "permissions": {"secrets": ["get"]}}
ISSUER = {"enabled": True}
RIGHT: list[dict[str, Any]] = [
    {"location": "westeurope", "tags": {"a": "b"}, "properties": {"isolationScope": "None"}},
    {"properties": {"issuer": "https://i/", "subject": "s", "audiences": ["a"]}},
    {
        "properties": {
            "roleDefinitionId": lab_arm.OWNER,
            "principalId": lab_azure.LONER,
            "principalType": "ServicePrincipal",
        }
    },
    {
        "properties": {
            "roleName": "Mine",
            "permissions": [{"actions": ["*/read"]}],
            "assignableScopes": [lab_arm.ROOT],
        }
    },
    {
        "location": "westeurope",
        "properties": {
            "tenantId": lab_azure.TENANT,
            "sku": {"family": "A", "name": "standard"},
            "accessPolicies": [POLICY],
            "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8"}]},
            "softDeleteRetentionInDays": 90,
            "createMode": "default",
        },
    },
    {"properties": {"accessPolicies": [POLICY]}},
    {"name": "kv-one", "type": "Microsoft.KeyVault/vaults"},
    {
        "location": "westeurope",
        "properties": {"oidcIssuerProfile": ISSUER, "securityProfile": {"workloadIdentity": ISSUER}},
    },
    {"properties": {"managedIdentity": {"resourceId": f"{lab_arm.IDENTITIES}/reader"}}},
    {
        "properties": {
            "storageAccountId": f"{lab_arm.GROUP}/providers/Microsoft.Storage/storageAccounts/logs",
            "logs": [{"category": "AuditEvent", "enabled": True}],
        }
    },
]
METHODS = st.sampled_from(["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"])
_NAMES = st.sampled_from(["rg", "reader", "kv-one", "kv-two", "westeurope", "add", "one", lab_azure.LONER, "ä", "a b"])
_SCOPES = st.sampled_from(["", lab_arm.ROOT, lab_arm.GROUP, f"{lab_arm.VAULTS}/kv-one", f"{lab_arm.VAULTS}/none"])
_WRONG = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 100) | st.sampled_from(["", "get", lab_azure.TENANT, "\0", "x" * 700]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["enabled", "id"]), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def addresses(draw: st.DrawFn) -> tuple[str, str]:
    """An address of some resource type, and an api-version that it has."""
    route = draw(st.sampled_from(routes.ROUTES))
    path = route.template.replace("{subscription}", lab_arm.SUBSCRIPTION).replace("{group}", "rg")
    path = path.replace("{scope}", draw(_SCOPES))
    while "{" in path:
        before, _, after = path.partition("{")
        path = before + draw(_NAMES) + after.partition("}")[2]
    return path, draw(st.sampled_from((route.versions[0], route.versions[-1])))


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """A body that some resource type takes, with up to three of its fields made wrong."""
    body = copy.deepcopy(draw(st.sampled_from(RIGHT)))
    for _ in range(draw(st.integers(0, 3))):
        place: Any = body
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
                continue
            place[key] = draw(_WRONG)
            break
    return body
