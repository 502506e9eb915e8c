import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.keyvault import audit_records
from keyferry.lab.azure.keyvault.audit import KEPT_RECORDS
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.recording import AUTHENTICATION, UNKNOWN
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, OFFICER, access_token, caller, content, drive, header, later

PROBE = Request(
    method="PUT", host="kv-one.vault.azure.net", path="/secrets/db-password", query=(("api-version", "7.6"),)
)


def test_the_probe_of_any_verb_changes_nothing_and_is_audited_as_authentication() -> None:
    world = lab_azure.azure()
    for method in ("GET", "PUT", "PATCH", "DELETE", "POST"):
        request = Request(method=method, host=PROBE.host, path=PROBE.path, query=PROBE.query)
        assert drive(world.handle(request, NOW)).status == 401
    assert {record.operation for record in world.audit} == {AUTHENTICATION}
    assert caller(world)("GET", "/secrets/db-password").status == 200


def test_an_audit_record_tells_who_and_what_and_never_the_value() -> None:
    world = lab_azure.azure()
    caller(world)("GET", "/secrets/db-password")
    (record,) = world.audit
    reader = world.directory.identities[0]
    assert (record.vault, record.operation, record.status, record.result_signature) == (
        "kv-one",
        "SecretGet",
        200,
        "OK",
    )
    assert record.object_id == "https://kv-one.vault.azure.net/secrets/db-password"
    assert (record.caller_object_id, record.caller_client_id) == (reader.principal_id, reader.client_id)
    assert record.caller_resource_id == reader.resource_id
    assert (record.correlation_id, record.time) == ("client-id-1", NOW)
    assert record.applied_assignment_id
    assert (record.is_rbac_authorized, record.is_access_policy_match, record.is_address_authorized) == (
        True,
        None,
        True,
    )
    assert record.caller_authentication == "2"
    assert "first" not in repr(record)


def test_every_request_is_counted() -> None:
    world = lab_azure.azure()
    call = caller(world)
    call("GET", "/secrets/db-password")
    call("GET", "/secrets/none")
    call("GET", "/elsewhere")
    counts = {(each.operation, each.status): each.number for each in world.counts() if each.where == "kv-one"}
    assert counts == {("SecretGet", 200): 1, ("SecretGet", 404): 1, (UNKNOWN, 404): 1}


def test_answers_name_the_request_and_the_assignment() -> None:
    response = caller(lab_azure.azure())("GET", "/secrets/db-password")
    assert header(response, "x-ms-client-request-id") == "client-id-1"
    assert header(response, "x-ms-keyvault-rbac-assignment-id")


@pytest.mark.parametrize(
    ("given_id", "echoed"),
    [
        pytest.param("3f2a", "3f2a", id="as-it-came"),
        pytest.param("a\r\nb", None, id="no-second-line"),
        pytest.param("\udcff", None, id="no-half-character"),
        pytest.param("x" * 257, None, id="nothing-long"),
    ],
)
def test_a_client_s_request_id_is_echoed(given_id: str, echoed: str | None) -> None:
    request = replace(PROBE, headers={"x-ms-client-request-id": given_id})
    assert header(drive(lab_azure.azure().handle(request, NOW)), "x-ms-client-request-id") == echoed


@pytest.mark.parametrize(
    ("tells", "expected"),
    [
        pytest.param(False, None, id="unsaid"),
        pytest.param("seconds", "10", id="seconds"),
        pytest.param("date", "Sun, 22 Nov 2026 12:00:10 GMT", id="date"),
    ],
)
def test_too_many_requests_are_throttled_by_class(tells: bool | str, expected: str | None) -> None:
    document = lab_azure.document()
    document["vaults"][0]["lab"] = {"otherPer10s": 10, "setsPer10s": 1, "retryAfter": tells}
    call = caller(lab_azure.azure(vaults=document["vaults"]), OFFICER)
    assert [call("PUT", "/secrets/a", body={"value": "x"}).status for _ in range(2)] == [200, 429]
    assert [call("GET", "/secrets/a").status for _ in range(10)] == [200] * 10
    throttled = call("GET", "/secrets/a")
    assert (throttled.status, content(throttled)["error"]["code"]) == (429, "Throttled")
    assert header(throttled, "Retry-After") == expected
    assert [call("GET", "/secrets/a", now=later(seconds=second)).status for second in (9, 10)] == [429, 200]


def test_new_versions_are_told() -> None:
    world = lab_azure.azure()
    heard: list[News] = []
    world.keyvault.on_news(heard.append)
    caller(world, OFFICER)("PUT", "/secrets/New", body={"value": "x"})
    assert [(news.vault, news.kind, news.name, news.at) for news in heard] == [("kv-one", "Secret", "New", NOW)]


def test_limits_change_while_the_lab_runs() -> None:
    world = lab_azure.azure()
    call = caller(world)
    assert [vault.name for vault in world.keyvault.throttle(limit_percent=1, vault="KV-one")] == ["kv-one"]
    assert len(world.keyvault.throttle(retry_after="seconds")) == 3
    answers = [call("GET", "/secrets/db-password") for _ in range(41)]
    assert [answer.status for answer in answers] == [200] * 40 + [429]
    assert header(answers[-1], "Retry-After") == "10"
    world.keyvault.throttle(limit_percent=100)
    assert call("GET", "/secrets/db-password").status == 200


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(429, "Throttled", id="throttled"),
        pytest.param(500, "InternalServerError", id="broken"),
        pytest.param(503, "ServiceUnavailable", id="away"),
    ],
)
def test_an_injected_failure_is_recorded_like_any_other(status: int, code: str) -> None:
    world = lab_azure.azure()
    response = world.refuse(PROBE, status, timedelta(seconds=2), NOW)
    assert (response.status, content(response)["error"]["code"]) == (status, code)
    assert [(record.operation, record.status) for record in world.audit] == [("SecretSet", status)]


def test_a_deleted_vault_serves_nobody_and_its_assignments_are_gone() -> None:
    world = lab_azure.azure()
    call = caller(world)
    vault = world.vaults.by_name("kv-one")
    assert vault is not None
    deleted = world.vaults.delete(vault, NOW)
    assert call("GET", "/secrets/db-password").status == 404
    assert world.assignments.within(vault.resource_id) == ()
    world.vaults.recover(deleted)
    assert call("GET", "/secrets/db-password").status == 403


def test_a_new_vault_of_an_old_name_knows_no_links_of_the_old_one() -> None:
    document = lab_azure.document()
    document["vaults"][0]["lab"] = {"emptyFirstPage": True}
    everywhere = {"identity": "officer", "role": "Key Vault Secrets Officer", "scope": "resourceGroups/rg"}
    world = lab_azure.azure(vaults=document["vaults"], roleAssignments=[everywhere])
    call = caller(world, OFFICER)
    token = dict(parse_qsl(urlsplit(content(call("GET", "/secrets"))["nextLink"]).query))["$skiptoken"]
    assert call("GET", "/secrets", **{"$skiptoken": token}).status == 200
    vault = world.vaults.by_name("kv-one")
    assert vault is not None
    world.vaults.purge(world.vaults.delete(vault, NOW))
    world.vaults.create(replace(vault), NOW)
    assert call("GET", "/secrets", **{"$skiptoken": token}).status == 400


WORDS = (
    *("secrets", "keys", "certificates", "deletedsecrets", "deletedkeys", "deletedcertificates"),
    *("versions", "backup", "restore", "recover", "create", "import", "pending", "policy", "contacts", "issuers"),
    *("sign", "encrypt", "rotate", "rotationpolicy", "merge", "db-password", "off", "", "0" * 32, "a" * 128, "\ud800"),
)
CANARY = "canary-5f1d"
BODIES: tuple[object, ...] = (
    *({}, [], None, {"value": 1}, {"attributes": []}, {"kty": "RSA"}, {"alg": "RS256", "value": "%%"}),
    *({"key": {"kty": "EC"}}, {"policy": {"issuer": 1}}, {"contacts": {}}, {"lifetimeActions": 3}, {"x5c": ["AA"]}),
    *({"value": CANARY}, {"value": CANARY, "tags": {"a": None}}),
)


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["GET", "PUT", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS", "BREW"]),
    segments=st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=5),
    query=st.lists(
        st.tuples(st.sampled_from(["api-version", "maxresults", "$skiptoken", "x"]), st.text(max_size=5)), max_size=3
    ),
    body=st.sampled_from(BODIES).map(lambda content: json.dumps(content).encode()) | st.binary(max_size=10),
    version=st.sampled_from(["7.6", "2026-04-01", "", "1.0"]),
)
def test_no_request_is_too_strange_and_each_has_one_record_without_a_value(
    method: str, segments: list[str], query: list[tuple[str, str]], body: bytes, version: str
) -> None:
    world, token = _administered()
    before = len(world.audit)
    request = Request(
        method=method,
        host="kv-one.vault.azure.net",
        path="/" + "/".join(segments),
        query=(("api-version", version), *query),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        body=body,
    )
    response = drive(world.handle(request, NOW))
    assert 200 <= response.status < 500
    assert header(response, "x-ms-request-id")
    records = list(world.audit)
    assert len(records) == min(before + 1, KEPT_RECORDS)
    assert CANARY not in repr(records[-1]) + audit_records.line(records[-1])


@cache
def _administered() -> tuple[Azure, str]:
    role = {"identity": "officer", "role": "Key Vault Administrator", "scope": "vaults/kv-one"}
    document = lab_azure.document()
    document["vaults"][0]["lab"] = {"limitPercent": 100_000}
    world = lab_azure.azure(vaults=document["vaults"], roleAssignments=[role])
    return world, access_token(world, OFFICER)
