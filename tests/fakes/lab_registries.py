"""Container registries in the lab's Azure, and what a client of one says."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.registries.service import USERNAME
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, OTHER_TENANT, READER, TENANT

HOST = "examplereg.azurecr.io"
SCOPE = "repository:team/app:pull"
REGISTRIES: list[dict[str, Any]] = [
    {"name": "ExampleReg", "tenantId": TENANT, "repositories": ["team/app"]},
    {"name": "strictreg", "tenantId": TENANT, "authenticationAsArm": False},
    {"name": "faraway", "tenantId": OTHER_TENANT},
]
ROLES: list[dict[str, Any]] = [
    {"identity": "reader", "role": "AcrPull", "scope": "registries/examplereg"},
    {"identity": "reader", "role": "AcrPull", "scope": "registries/strictreg"},
    {"identity": "officer", "role": "AcrPush", "scope": "registries/examplereg"},
]


def azure() -> Azure:
    """An Azure with three registries."""
    return lab_azure.azure(registries=REGISTRIES, roleAssignments=ROLES)


def post(world: Azure, endpoint: str, form: Mapping[str, str], host: str = HOST, now: datetime = NOW) -> Response:
    """What a client posts; a field given as "" is left out."""
    fields = {"service": host} | dict(form)
    request = Request(
        method="POST",
        host=host,
        path=f"/oauth2/{endpoint}",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode({name: value for name, value in fields.items() if value}).encode(),
    )
    return lab_azure.drive(world.handle(request, now))


def exchange(world: Azure, host: str = HOST, client: str = READER, scope: str = ARM_SCOPE, **form: str) -> Response:
    """Trade a token of Entra's."""
    token = lab_azure.access_token(world, client, scope)
    return post(world, "exchange", {"grant_type": "access_token", "access_token": token} | form, host)


def refresh_token(world: Azure, client: str = READER) -> str:
    """A refresh token."""
    return str(lab_azure.content(exchange(world, client=client))["refresh_token"])


def access_token(world: Azure, scope: str = SCOPE, client: str = READER) -> str:
    """An access token for a scope."""
    form = {"grant_type": "refresh_token", "scope": scope, "refresh_token": refresh_token(world, client)}
    return str(lab_azure.content(post(world, "token", form))["access_token"])


def get(world: Azure, path: str, authorization: str = "", now: datetime = NOW, **query: str) -> Response:
    """What a container runtime asks."""
    headers = {"authorization": authorization} if authorization else {}
    request = Request(method="GET", host=HOST, path=path, query=tuple(query.items()), headers=headers)
    return lab_azure.drive(world.handle(request, now))


def login(refresh: str, name: str = USERNAME) -> str:
    """The header of a login by name and password."""
    return f"Basic {base64.b64encode(f'{name}:{refresh}'.encode()).decode()}"
