"""What is kept of an answer, and what is said where none came."""

import ssl
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from azure.core.exceptions import ServiceRequestError
from multidict import CIMultiDict

from keyferry.identity.answers import BODY_LIMIT_BYTES, answer_of, network_cause, retry_after_of

KEY = ConnectionKey("kv.example", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", None, id="absent"),
        pytest.param("7", timedelta(seconds=7), id="seconds"),
        pytest.param("0.5", timedelta(seconds=0.5), id="fraction"),
        pytest.param("-1", None, id="negative"),
        pytest.param("nan", None, id="not-a-number"),
        pytest.param("inf", timedelta(hours=1), id="for-ever-is-an-hour"),
        pytest.param("999999", timedelta(hours=1), id="at-most-an-hour"),
        pytest.param("Wed, 21 Oct 2026 07:28:00 GMT", None, id="a-date-is-not-kept"),
    ],
)
def test_reads_retry_after(text: str, expected: timedelta | None) -> None:
    assert retry_after_of(text) == expected


@pytest.mark.parametrize(
    ("status", "content", "kept"),
    [
        pytest.param(200, b"value", b"", id="never-a-success"),
        pytest.param(404, b"error", b"error", id="an-error"),
        pytest.param(500, b"x" * (BODY_LIMIT_BYTES + 1), b"x" * BODY_LIMIT_BYTES, id="cut"),
    ],
)
def test_keeps_the_body_of_errors_only(status: int, content: bytes, kept: bytes) -> None:
    headers = CIMultiDict({"retry-after": "3", "www-authenticate": "Bearer x"})
    answer = answer_of(SimpleNamespace(status_code=status, content=content, headers=headers))

    assert (answer.status, answer.body, answer.retry_after) == (status, kept, timedelta(seconds=3))
    assert answer.challenge == "Bearer x"


def proxy_refusal(status: int) -> aiohttp.ClientHttpProxyError:
    request: Any = SimpleNamespace(real_url="https://kv.example")
    return aiohttp.ClientHttpProxyError(request, (), status=status, message="Forbidden")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "x")), "kv.example does not resolve", id="name"),
        pytest.param(
            aiohttp.ClientConnectorError(KEY, OSError(111, "Connection refused")),
            "no connection to kv.example:443: Connection refused",
            id="refused",
        ),
        pytest.param(
            aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("self-signed")),
            "TLS with kv.example fails",
            id="certificate",
        ),
        pytest.param(
            aiohttp.ClientProxyConnectionError(KEY, OSError(111, "x")), "the proxy kv.example:443", id="proxy-away"
        ),
        pytest.param(proxy_refusal(403), "the proxy refused the connection with status 403", id="proxy-refuses"),
        pytest.param(TimeoutError(), "no answer in time", id="timeout"),
        pytest.param(aiohttp.ServerDisconnectedError(), "broke off", id="disconnected"),
        pytest.param(aiohttp.ClientPayloadError(), "broke off", id="half-a-body"),
        pytest.param(LookupError("text"), "not understood (LookupError)", id="anything-else-by-its-type-alone"),
    ],
)
def test_says_why_no_answer_came(error: Exception, words: str) -> None:
    assert words in network_cause(error)
    wrapped = ServiceRequestError("x", error=error)
    assert words in network_cause(wrapped)
