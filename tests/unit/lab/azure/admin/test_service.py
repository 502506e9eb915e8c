import json
from datetime import timedelta

import pytest

from keyferry.lab.azure.admin import service
from keyferry.lab.azure.admin.service import Admin
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults
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
    assert [record["operationName"] for record in content(audit)["records"]] == ["SecretGet"]
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


def test_the_clock_stays_within_the_calendar() -> None:
    admin = _admin()
    answers = [_ask(admin, "POST", "/clock/advance", {"seconds": seconds}) for seconds in (10**10 + 1, -1)]
    assert [answer.status for answer in answers] == [400, 400]
    late = Request(method="POST", path="/clock/advance", body=b'{"seconds": 86400}')
    assert admin.handle(late, service.END - timedelta(hours=1)).status == 400
    assert admin.clock.offset == timedelta(0)


def test_a_fault_is_put_shown_and_cleared() -> None:
    admin = _admin()
    shown = content(_ask(admin, "PUT", "/faults/vault", {"status": 429}))
    assert [(each["service"], each["status"]) for each in shown["rules"]] == [("vault", 429)]
    assert content(_ask(admin, "GET", "/faults")) == shown
    _ask(admin, "PUT", "/faults/vault", {"kind": "reset"})
    assert content(_ask(admin, "DELETE", "/faults/entra"))["rules"][0]["kind"] == "reset"
    assert content(_ask(admin, "DELETE", "/faults/vault")) == {"rules": []}
    _ask(admin, "PUT", "/faults/entra", {"latencySeconds": 1})
    assert content(_ask(admin, "DELETE", "/faults")) == {"rules": []}


def test_several_faults_hold_and_one_is_taken_away() -> None:
    admin = _admin()
    _ask(admin, "POST", "/faults/vault", {"status": 429})
    both = content(_ask(admin, "POST", "/faults/vault", {"latencySeconds": 1}))["rules"]
    assert [each["kind"] for each in both] == ["status", "none"]
    left = content(_ask(admin, "DELETE", f"/faults/{both[0]['id']}"))["rules"]
    assert [each["id"] for each in left] == [both[1]["id"]]
    assert _ask(admin, "DELETE", f"/faults/{both[0]['id']}").status == 404


def test_chance_begins_again_where_it_is_told() -> None:
    admin = _admin()
    assert content(_ask(admin, "GET", "/chance")) == {"seed": 0}
    assert content(_ask(admin, "PUT", "/chance", {"seed": 7})) == {"seed": 7}
    assert admin.faults.chance.seed == 7


def test_knobs_and_limits_are_turned() -> None:
    admin = _admin()
    assert (
        content(_ask(admin, "PATCH", "/knobs", {"roleAssignmentDelaySeconds": 300}))["roleAssignmentDelaySeconds"]
        == 300
    )
    assert content(_ask(admin, "GET", "/knobs"))["roleAssignmentDelaySeconds"] == 300
    scaled = content(_ask(admin, "PUT", "/throttle", {"vault": "kv-one", "limitPercent": 5}))["vaults"]
    assert (scaled["kv-one"]["limitPercent"], scaled["kv-two"]["limitPercent"]) == (5, 100)
    assert content(_ask(admin, "GET", "/throttle"))["vaults"] == scaled


def test_tokens_are_revoked_until_that_is_taken_back() -> None:
    admin = _admin()
    told = content(_ask(admin, "POST", "/revocations", {"vault": "kv-one"}))["revocations"]
    assert told == [{"before": int(NOW.timestamp()), "vault": "kv-one", "principal_id": ""}]
    assert content(_ask(admin, "GET", "/revocations"))["revocations"] == told
    assert content(_ask(admin, "DELETE", "/revocations")) == {"revocations": []}


def test_entra_signs_with_a_new_key() -> None:
    admin = _admin()
    before = content(_ask(admin, "GET", "/keys"))["kids"]
    after = content(_ask(admin, "POST", "/keys/rotate"))["kids"]
    assert (len(before), len(after)) == (1, 2), "and publishes the old one too"


def test_events_are_shown() -> None:
    assert content(_ask(_admin(), "GET", "/events")) == {"deliveries": [], "givenUp": []}


def test_a_place_to_go_on_from_is_a_number() -> None:
    assert _ask(_admin(), "GET", "/audit", after="x").status == 400
    assert content(_ask(_admin(), "GET", "/audit", after="0")) == {"records": [], "last": 0}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("PUT", "/faults/moon", {}, 400, id="unknown-service"),
        pytest.param("PUT", "/faults/vault", b"{", 400, id="not-json"),
        pytest.param("DELETE", "/faults/99", None, 404, id="unknown-rule"),
        pytest.param("PATCH", "/faults", None, 404, id="faults-otherwise"),
        pytest.param("POST", "/clock/advance", {"seconds": -5}, 400, id="back-in-time"),
        pytest.param("PUT", "/clock", None, 404, id="clock-otherwise"),
        pytest.param("PUT", "/chance", {"seed": -1}, 400, id="no-seed"),
        pytest.param("DELETE", "/chance", None, 404, id="chance-otherwise"),
        pytest.param("DELETE", "/audit", None, 404, id="audit-otherwise"),
        pytest.param("DELETE", "/knobs", None, 404, id="knobs-otherwise"),
        pytest.param("DELETE", "/throttle", None, 404, id="throttle-otherwise"),
        pytest.param("DELETE", "/events", None, 404, id="events-otherwise"),
        pytest.param("PUT", "/revocations", {}, 404, id="revocations-otherwise"),
        pytest.param("DELETE", "/keys", None, 404, id="keys-otherwise"),
        pytest.param("GET", "/secrets", None, 404, id="unknown-path"),
        pytest.param("PUT", "/counters", None, 404, id="unknown-method"),
    ],
)
def test_refuses(method: str, path: str, body: object, status: int) -> None:
    response = _ask(_admin(), method, path, body)
    assert response.status == status
    assert content(response)["error"]
