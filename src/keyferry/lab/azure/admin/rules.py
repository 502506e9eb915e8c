"""A fault's rule as JSON: `{"status": 429, "retryAfterSeconds": 2, "requests": 5}`, `{"kind": "reset"}`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from keyferry.lab.azure.admin import documents
from keyferry.lab.azure.admin.documents import BadRequestError
from keyferry.lab.world.faults import Fault, Flaw, Held, Kind, Rule, Service

MAX_LATENCY_SECONDS: Final = 600.0
MAX_RETRY_AFTER_SECONDS: Final = 3600.0
MAX_SECONDS: Final = 10.0**9
KEYS: Final = (
    "kind",
    "status",
    "retryAfterSeconds",
    "retryAfterDate",
    "latencySeconds",
    "jitterSeconds",
    "skewSeconds",
    "certificate",
    "requests",
    "forSeconds",
    "rate",
    "host",
    "path",
    "method",
)


def read(body: bytes, service: Service, now: datetime) -> Rule:
    """Return the rule that the JSON describes; every key may be left out."""
    document = documents.read(body, KEYS)
    fault = _fault(document, service)
    if fault.kind is Kind.CERTIFICATE and service is Service.IMDS:
        raise BadRequestError("imds speaks plain HTTP and has no certificate")
    lasting = documents.number(document, "forSeconds", least=0.0, most=MAX_SECONDS)
    requests = documents.number(document, "requests", least=1.0, most=MAX_SECONDS)
    return Rule(
        fault=fault,
        remaining=int(requests) or None,
        until=now + timedelta(seconds=lasting) if lasting else None,
        rate=documents.number(document, "rate", least=0.0, most=1.0, default=1.0),
        jitter=_seconds(document, "jitterSeconds", MAX_LATENCY_SECONDS),
        host=documents.text(document, "host").lower(),
        path=documents.text(document, "path"),
        method=documents.text(document, "method").upper(),
    )


def shown(held: Held) -> dict[str, Any]:
    """Return a rule in force as JSON."""
    rule, fault = held.rule, held.rule.fault
    return {
        "id": held.id,
        "service": held.service.value,
        "kind": fault.kind.value,
        "status": fault.status,
        "retryAfterSeconds": None if fault.retry_after is None else fault.retry_after.total_seconds(),
        "retryAfterDate": fault.retry_after_date,
        "latencySeconds": fault.latency.total_seconds(),
        "jitterSeconds": rule.jitter.total_seconds(),
        "skewSeconds": fault.skew.total_seconds(),
        "certificate": fault.flaw.value if fault.flaw else None,
        "requests": rule.remaining,
        "until": rule.until.isoformat() if rule.until else None,
        "rate": rule.rate,
        "host": rule.host,
        "path": rule.path,
        "method": rule.method,
    }


def _fault(document: Mapping[str, Any], service: Service) -> Fault:
    certificate = document.get("certificate")
    told = document.get("retryAfterSeconds")
    return Fault(
        kind=_kind(document),
        latency=_seconds(document, "latencySeconds", MAX_LATENCY_SECONDS),
        skew=_seconds(document, "skewSeconds", MAX_SECONDS, least=-MAX_SECONDS),
        status=_status(document, service),
        retry_after=None if told is None else _seconds(document, "retryAfterSeconds", MAX_RETRY_AFTER_SECONDS),
        retry_after_date=documents.flag(document, "retryAfterDate"),
        flaw=None if certificate is None else documents.choice(certificate, "'certificate'", Flaw),
    )


def _kind(document: Mapping[str, Any]) -> Kind:
    """One of `status`, `certificate` and `kind` says how it fails; two that disagree are refused."""
    given = document.get("kind")
    implied = [
        kind
        for kind, key in ((Kind.STATUS, "status"), (Kind.CERTIFICATE, "certificate"))
        if document.get(key) is not None
    ]
    kind = documents.choice(given, "'kind'", Kind) if given is not None else next(iter(implied), Kind.NONE)
    if any(other is not kind for other in implied):
        raise BadRequestError("'kind', 'status' and 'certificate' exclude each other: write a rule for each")
    if kind is Kind.STATUS and not implied:
        raise BadRequestError("'status' is missing: write 429, or one from 500 to 599")
    if kind is Kind.CERTIFICATE and not implied:
        raise BadRequestError(f"'certificate' is missing: write one of {', '.join(Flaw)}")
    return kind


def _status(document: Mapping[str, Any], service: Service) -> int:
    """The metadata endpoint is known to answer 404 and 410 for a while too, and clients try again."""
    status = document.get("status")
    if status is None:
        return 0
    passing = (404, 410, 429) if service is Service.IMDS else (429,)
    if isinstance(status, bool) or not isinstance(status, int) or not (status in passing or 500 <= status <= 599):
        raise BadRequestError("'status' must be 429, or one from 500 to 599")
    return status


def _seconds(document: Mapping[str, Any], key: str, most: float, least: float = 0.0) -> timedelta:
    return timedelta(seconds=documents.number(document, key, least=least, most=most))
