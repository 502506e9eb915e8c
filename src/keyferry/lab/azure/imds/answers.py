"""The metadata service's answers: plain HTTP, small JSON, errors of its own.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#errors-and-debugging
"""

import json
from collections.abc import Mapping
from typing import Final

from keyferry.lab.world.http import Response

SERVER: Final = "IMDS/keyferry-lab"
_FAILURES: Final[Mapping[int, tuple[str, str]]] = {
    404: ("not_found", "The endpoint is updating. Try again soon."),
    410: ("gone", "The endpoint is updating. It will be back within 70 seconds."),
    429: ("too_many_requests", "The limit of requests was exceeded. Try again with a longer wait each time."),
}
_BROKEN: Final = ("unknown", "The token could not be fetched from the directory. Try again.")


class RefusedError(Exception):
    """The service says no: `kind` is the error, the text its description."""

    def __init__(self, status: int, kind: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.kind = kind


class UnknownVersionError(Exception):
    """The `api-version` is missing, or none that exists."""


def success(content: object) -> Response:
    """Return a 200 with JSON."""
    return _json(200, content)


def text(content: str) -> Response:
    """Return a 200 with one value, as `format=text` asks for."""
    return Response(status=200, headers=_headers("text/plain; charset=utf-8"), body=content.encode())


def refusal(error: RefusedError) -> Response:
    """Return the refusal in the service's shape."""
    return _json(error.status, {"error": error.kind, "error_description": str(error)})


def unknown_version(versions: tuple[str, ...]) -> Response:
    """Return the refusal of an `api-version`, with the newest that there are."""
    problem = "Bad request. api-version is invalid or was not specified in the request."
    return _json(400, {"error": problem, "newest-versions": list(reversed(versions[-3:]))})


def injected(status: int, retry_after: str | None) -> Response:
    """Return the answer of a service that is busy, updating or broken."""
    kind, description = _FAILURES.get(status, _BROKEN)
    plain = _json(status, {"error": kind, "error_description": description})
    wait = (("Retry-After", retry_after),) if retry_after is not None else ()
    return Response(status=status, headers=plain.headers + wait, body=plain.body)


def _json(status: int, content: object) -> Response:
    return Response(
        status=status, headers=_headers("application/json; charset=utf-8"), body=json.dumps(content).encode()
    )


def _headers(content_type: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", content_type), ("Server", SERVER))
