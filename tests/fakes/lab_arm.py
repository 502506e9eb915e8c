"""Calls of the lab's ARM for unit tests: a caller who may do all in one resource group, or any other client."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from keyferry.lab.azure.assignments import Assignment
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, OFFICER, access_token, drive

HOST = "management.azure.com"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
SUBSCRIPTION = lab_azure.azure().directory.tenants[0].subscription_id
FAR_SUBSCRIPTION = lab_azure.azure().directory.tenants[1].subscription_id
ROOT = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{ROOT}/resourceGroups/rg"
VAULTS = f"{GROUP}/providers/Microsoft.KeyVault/vaults"
IDENTITIES = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
CLUSTERS = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters"

VERSIONS = {
    "microsoft.keyvault": "2026-05-15",
    "microsoft.managedidentity": "2024-11-30",
    "microsoft.authorization": "2022-04-01",
    "microsoft.containerservice": "2026-08-01",
    "microsoft.insights": "2021-05-01-preview",
    "microsoft.eventgrid": "2025-02-15",
    "microsoft.operationalinsights": "2025-02-01",
}
Call = Callable[..., Response]


def world(**changes: Any) -> Azure:
    """An Azure whose officer owns the subscription."""
    document = lab_azure.document(**changes)
    document["roleAssignments"] = [
        *document["roleAssignments"],
        {"identity": "officer", "role": "Owner", "scope": ROOT},
    ]
    return lab_azure.azure(**{**changes, "roleAssignments": document["roleAssignments"]})


def crown(azure: Azure) -> None:
    """Make the officer owner of everything, as nobody is but for an emergency."""
    officer = next(each for each in azure.directory.identities if each.name == "officer")
    if azure.assignments.get(OFFICER) is None:
        azure.assignments.put(Assignment(id=OFFICER, scope="", role_id=OWNER, principal_id=officer.principal_id))


def caller(azure: Azure, client_id: str = OFFICER) -> Call:
    """A function (method, path, body, version, now, query) → Response that calls with a token of `client_id`."""
    tokens: dict[datetime, str] = {}

    def call(
        method: str,
        path: str,
        *,
        body: object = None,
        version: str | None = None,
        now: datetime = NOW,
        **query: str,
    ) -> Response:
        if now not in tokens:
            tokens[now] = access_token(azure, client_id, ARM_SCOPE, now)
        headers = {"authorization": f"Bearer {tokens[now]}"}
        if body is not None:
            headers["content-type"] = "application/json; charset=utf-8"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        chosen = _version(path) if version is None else version
        names = {f"${name}": value for name, value in query.items()}
        request = Request(
            method=method,
            host=HOST,
            path=path,
            query=tuple({"api-version": chosen, **names}.items()),
            headers=headers,
            body=raw,
        )
        return drive(azure.handle(request, now))

    return call


def error(response: Response) -> tuple[int, str]:
    """The status and code of a refusal."""
    return response.status, str(json.loads(response.body)["error"]["code"])


def _version(path: str) -> str:
    namespace = path.lower().rpartition("/providers/")[2].partition("/")[0]
    return VERSIONS.get(namespace, "2021-04-01")
