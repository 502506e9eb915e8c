import json
from typing import Any

import pytest

from keyferry.lab.azure.admin import Admin
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, caller, content, later


def _admin() -> Admin:
    return Admin(azure=lab_azure.azure(), faults=Faults(), clock=Clock())


def _ask(admin: Admin, method: str, path: str, body: object = None, **query: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return admin.handle(Request(method=method, path=path, body=raw, query=tuple(query.items())), NOW)


def test_counters_and_audit_show_what_happened_and_no_value() -> None:
    admin = _admin()
    caller(admin.azure)("GET", "/secrets/db-password")
    counters, audit = _ask(admin, "GET", "/counters"), _ask(admin, "GET", "/audit", vault="kv-one")
    assert {"where": "kv-one", "operation": "SecretGet", "status": 200, "number": 1} in content(counters)["counts"]
    assert content(audit)["records"][0]["time"] == NOW.isoformat()
    assert b"first" not in counters.body + audit.body
    assert content(_ask(admin, "GET", "/audit", vault="kv-two"))["records"] == []
    assert content(_ask(admin, "DELETE", "/counters"))["counts"] == []
    assert admin.azure.counts() == ()


def test_the_clock_moves_ahead() -> None:
    admin = _admin()
    assert content(_ask(admin, "GET", "/clock")) == {"now": NOW.isoformat(), "offsetSeconds": 0.0}
    advanced = content(_ask(admin, "POST", "/clock/advance", {"seconds": 90}))
    assert advanced == {"now": later(seconds=90).isoformat(), "offsetSeconds": 90.0}
    assert admin.clock.now(NOW) == later(seconds=90)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        pytest.param({"status": 429}, Rule(fault=Fault(kind=Kind.STATUS, status=429)), id="throttled"),
        pytest.param(
            {"status": 503, "retryAfterSeconds": 2, "requests": 5, "host": "h", "path": "/p"},
            Rule(
                fault=Fault(kind=Kind.STATUS, status=503, retry_after=later(seconds=2) - NOW),
                remaining=5,
                host="h",
                path="/p",
            ),
            id="everything",
        ),
        pytest.param({"kind": "reset"}, Rule(fault=Fault(kind=Kind.RESET)), id="outage"),
        pytest.param({"kind": "stall"}, Rule(fault=Fault(kind=Kind.STALL)), id="stalled-body"),
        pytest.param({"latencySeconds": 0.5}, Rule(fault=Fault(latency=later(seconds=0.5) - NOW)), id="latency"),
    ],
)
def test_a_fault_is_put_shown_and_cleared(body: dict[str, Any], rule: Rule) -> None:
    admin = _admin()
    shown = content(_ask(admin, "PUT", "/faults/vault", body))
    assert admin.faults.rules == {Service.VAULT: rule}
    assert body.items() <= shown["vault"].items()
    assert content(_ask(admin, "GET", "/faults")) == shown
    assert content(_ask(admin, "DELETE", "/faults/vault")) == {}
    _ask(admin, "PUT", "/faults/entra", body)
    assert content(_ask(admin, "DELETE", "/faults")) == {}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("PUT", "/faults/moon", {}, 400, id="unknown-service"),
        pytest.param("PUT", "/faults/vault", b"{", 400, id="not-json"),
        pytest.param("PUT", "/faults/vault", [], 400, id="no-object"),
        pytest.param("PUT", "/faults/vault", {"delay": 5}, 400, id="unknown-key"),
        pytest.param("PUT", "/faults/vault", {"kind": "fire"}, 400, id="unknown-kind"),
        pytest.param("PUT", "/faults/vault", {"kind": "status"}, 400, id="no-status"),
        pytest.param("PUT", "/faults/vault", {"status": 404}, 400, id="status-that-is-no-fault"),
        pytest.param("PUT", "/faults/vault", {"status": "429"}, 400, id="status-no-number"),
        pytest.param("PUT", "/faults/vault", {"latencySeconds": -1}, 400, id="negative"),
        pytest.param("PUT", "/faults/vault", {"requests": True}, 400, id="a-flag-is-no-number"),
        pytest.param("POST", "/clock/advance", {"seconds": -5}, 400, id="back-in-time"),
        pytest.param("GET", "/secrets", None, 404, id="unknown-path"),
        pytest.param("PUT", "/counters", None, 404, id="unknown-method"),
    ],
)
def test_refuses(method: str, path: str, body: object, status: int) -> None:
    response = _ask(_admin(), method, path, body)
    assert response.status == status
    assert content(response)["error"]
