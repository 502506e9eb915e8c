import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.lab.azure.admin import rules
from keyferry.lab.azure.admin.documents import BadRequestError
from keyferry.lab.world.faults import Fault, Flaw, Held, Kind, Rule, Service

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        pytest.param({}, Rule(fault=Fault()), id="nothing"),
        pytest.param({"status": 429}, Rule(fault=Fault(kind=Kind.STATUS, status=429)), id="throttled"),
        pytest.param(
            {"status": 503, "retryAfterSeconds": 2, "retryAfterDate": True, "requests": 5, "host": "h", "path": "/p"},
            Rule(
                fault=Fault(kind=Kind.STATUS, status=503, retry_after=2 * SECOND, retry_after_date=True),
                remaining=5,
                host="h",
                path="/p",
            ),
            id="come-back-at",
        ),
        pytest.param({"kind": "reset"}, Rule(fault=Fault(kind=Kind.RESET)), id="outage"),
        pytest.param({"kind": "stall-midway"}, Rule(fault=Fault(kind=Kind.STALL_MIDWAY)), id="stalled-body"),
        pytest.param(
            {"latencySeconds": 0.5, "jitterSeconds": 2},
            Rule(fault=Fault(latency=SECOND / 2), jitter=2 * SECOND),
            id="latency",
        ),
        pytest.param({"skewSeconds": -90}, Rule(fault=Fault(skew=-90 * SECOND)), id="skew"),
        pytest.param(
            {"certificate": "expired"},
            Rule(fault=Fault(kind=Kind.CERTIFICATE, flaw=Flaw.EXPIRED)),
            id="certificate",
        ),
        pytest.param(
            {"kind": "cut", "rate": 0.2, "forSeconds": 60, "method": "PUT"},
            Rule(fault=Fault(kind=Kind.CUT), rate=0.2, until=NOW + 60 * SECOND, method="PUT"),
            id="by-chance-for-a-while",
        ),
    ],
)
def test_a_rule_is_read_and_shown(body: dict[str, Any], rule: Rule) -> None:
    assert rules.read(json.dumps(body).encode(), Service.VAULT, NOW) == rule
    shown = rules.shown(Held(id=3, service=Service.VAULT, rule=rule))
    body.pop("forSeconds", None)
    assert {**body, "id": 3, "service": "vault"}.items() <= shown.items()
    assert json.dumps(shown)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param({"delay": 5}, "'delay' is not known", id="unknown-key"),
        pytest.param({"kind": "fire"}, "'kind' is none of none, status", id="unknown-kind"),
        pytest.param({"kind": "status"}, "'status' is missing", id="no-status"),
        pytest.param({"kind": "certificate"}, "'certificate' is missing", id="no-flaw"),
        pytest.param({"certificate": "ugly"}, "'certificate' is none of expired", id="unknown-flaw"),
        pytest.param({"kind": "reset", "status": 500}, "exclude each other", id="two-ways-to-fail"),
        pytest.param({"certificate": "expired", "status": 500}, "exclude each other", id="two-ways-implied"),
        pytest.param({"status": 404}, "429, or one from 500", id="status-that-is-no-fault"),
        pytest.param({"status": "429"}, "429, or one from 500", id="status-no-number"),
        pytest.param({"status": True}, "429, or one from 500", id="status-a-flag"),
        pytest.param({"latencySeconds": -1}, "'latencySeconds' must be", id="negative"),
        pytest.param({"rate": 1.1}, "'rate' must be a number from 0 to 1", id="more-than-always"),
        pytest.param({"requests": 0}, "'requests' must be", id="no-requests"),
        pytest.param({"requests": True}, "'requests' must be", id="a-flag-is-no-number"),
        pytest.param({"host": 1}, "'host' must be a text", id="no-host"),
    ],
)
def test_what_is_no_rule(body: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        rules.read(json.dumps(body).encode(), Service.VAULT, NOW)


def test_plain_http_has_no_certificate() -> None:
    with pytest.raises(BadRequestError, match="no certificate"):
        rules.read(b'{"certificate": "expired"}', Service.IMDS, NOW)


def test_the_metadata_endpoint_may_be_gone_for_a_while() -> None:
    assert rules.read(b'{"status": 410}', Service.IMDS, NOW).fault.status == 410
    with pytest.raises(BadRequestError):
        rules.read(b'{"status": 410}', Service.VAULT, NOW)
