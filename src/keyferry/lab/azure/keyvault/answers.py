"""Key Vault's answers: JSON with the service's headers, and errors in its shape.

https://learn.microsoft.com/azure/key-vault/general/rest-error-codes and recorded answers of the service.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from keyferry.lab.world import damage
from keyferry.lab.world.http import Response

SERVICE_VERSION: Final = "1.9.3000.1"
NOT_CACHED: Final = (
    "ra_age=0;da_age=0;rd_age=0;brd_age=0;ra_notif_age=0;dec_lev=1;"  # the ages of what it knew of roles
)


class RefusedError(Exception):
    """The vault says no, with a status, a code, perhaps an inner code, and a sentence that holds no value.

    `retry_after` is how long to wait, None where it does not say.
    """

    def __init__(
        self, status: int, code: str, message: str, inner: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.retry_after = retry_after


class ThrottledError(RefusedError):
    """The vault asks for fewer requests. It tells the wait in seconds, or with `as_date` as the instant."""

    def __init__(self, retry_after: timedelta | None, *, as_date: bool = False) -> None:
        super().__init__(
            429,
            "Throttled",
            "The vault had more requests than it takes. Reason: VaultRequestTypeLimitReached",
            retry_after=retry_after,
        )
        self.as_date = as_date


class UnauthorizedError(RefusedError):
    """No access token, or one that is good for nothing here. The answer carries the challenge, and `more` of it."""

    def __init__(self, number: str, message: str, more: str = "") -> None:
        super().__init__(401, "Unauthorized", f"{number}: {message}")
        self.more = more


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every answer to one request carries: ids, region, instant, and the challenge where it is refused with 401.

    `client` is the address that the request came from.
    """

    request_id: str
    client_request_id: str
    region: str
    challenge: str
    now: datetime
    client: str
    assignment_id: str = ""

    def success(self, content: object | None, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        """Return the answer with JSON, or with no body (204) where `content` is None; `headers` are its own."""
        body = b"" if content is None else json.dumps(content).encode()
        return Response(status=status, headers=(*self._headers(), *headers), body=body)

    def refusal(self, error: RefusedError) -> Response:
        """Return the error in the service's shape."""
        inner = {"innererror": {"code": error.inner}} if error.inner else {}
        content = {"error": {"code": error.code, "message": error.message, **inner}}
        headers = (*self._headers(), *self._headers_of(error))
        return Response(status=error.status, headers=headers, body=json.dumps(content).encode())

    def _headers_of(self, error: RefusedError) -> tuple[tuple[str, str], ...]:
        if isinstance(error, UnauthorizedError):
            return (("WWW-Authenticate", ", ".join(filter(None, (self.challenge, error.more)))),)
        if error.retry_after is None:
            return ()
        seconds = damage.whole_seconds(error.retry_after)
        as_date = isinstance(error, ThrottledError) and error.as_date
        return (("Retry-After", _date(self.now + timedelta(seconds=int(seconds))) if as_date else seconds),)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Cache-Control", "no-cache"),
            ("Pragma", "no-cache"),
            ("Expires", "-1"),
            ("Date", _date(self.now)),
            ("x-ms-keyvault-region", self.region),
            ("x-ms-keyvault-service-version", SERVICE_VERSION),
            ("x-ms-keyvault-network-info", f"conn_type=Ipv4;addr={self.client};act_addr_fam=InterNetwork;"),
            ("x-ms-request-id", self.request_id),
            ("X-Content-Type-Options", "nosniff"),
            ("Strict-Transport-Security", "max-age=31536000;includeSubDomains"),
        ]
        if self.client_request_id:
            headers.append(("x-ms-client-request-id", self.client_request_id))
        if self.assignment_id:
            headers.append(("x-ms-keyvault-rbac-assignment-id", self.assignment_id))
            headers.append(("x-ms-keyvault-rbac-cache", NOT_CACHED))
        return tuple(headers)


def _date(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC), usegmt=True)
