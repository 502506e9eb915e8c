"""One vault of the lab's Azure and somebody who may do everything in it, at any instant."""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, OFFICER

HOST = "kv-one.vault.azure.net"
URL = f"https://{HOST}"


class Vault:
    """The vault kv-one; `vault` changes its entry in the seed."""

    def __init__(self, **vault: Any) -> None:
        document = lab_azure.document()
        document["vaults"][0].update(vault)
        role = {"identity": "officer", "role": "Key Vault Administrator", "scope": "resourceGroups/rg"}
        document["roleAssignments"].append(role)
        self.world: Azure = lab_azure.azure(vaults=document["vaults"], roleAssignments=document["roleAssignments"])
        self._tokens: dict[datetime, str] = {}

    def call(
        self, method: str, path: str, body: object = None, *, now: datetime = NOW, host: str = HOST, **query: str
    ) -> Response:
        """The answer to a request with a token of that instant."""
        raw = b"" if body is None else json.dumps(body).encode()
        request = Request(
            method=method,
            host=host,
            path=path.removeprefix(URL),
            query=tuple({"api-version": "2026-04-01", **query}.items()),
            headers={"authorization": f"Bearer {self._token(now)}", "content-type": "application/json"},
            body=raw,
        )
        return lab_azure.drive(self.world.handle(request, now))

    def json(self, method: str, path: str, body: object = None, **settings: Any) -> Any:
        """The JSON of an answer that is a success."""
        response = self.call(method, path, body, **settings)
        assert response.status < 300, response.body
        return json.loads(response.body)

    def refused(self, method: str, path: str, body: object = None, **settings: Any) -> tuple[int, str, str]:
        """Status, code and inner code of a refusal."""
        response = self.call(method, path, body, **settings)
        error = json.loads(response.body)["error"]
        return response.status, error["code"], error.get("innererror", {}).get("code", "")

    def _token(self, now: datetime) -> str:
        if now not in self._tokens:
            self._tokens[now] = lab_azure.access_token(self.world, OFFICER, now=now)
        return self._tokens[now]


def base64url(raw: bytes) -> str:
    """Bytes as the service takes them."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def digest(name: str = "sha256", content: bytes = b"content") -> str:
    """A digest as the service takes it."""
    return base64url(hashlib.new(name, content).digest())
