from typing import Any

import pytest

from keyferry.lab.kubernetes.requests import options
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.world.http import Request


def _request(**query: str) -> Request:
    return Request(method="GET", path="/", query=tuple(query.items()), headers={"user-agent": "kubectl/v1.34 (linux)"})


def test_reads_list_options() -> None:
    asked = options.for_list(
        _request(resourceVersion="7", resourceVersionMatch="Exact", limit="5", timeoutSeconds="9999"), watch=False
    )
    assert (asked.resource_version, asked.match, asked.limit, asked.timeout_seconds) == (7, "Exact", 5, 3600)
    assert options.for_list(_request(), watch=False).resource_version is None


@pytest.mark.parametrize(
    ("query", "watch", "complaint"),
    [
        pytest.param({"resourceVersion": "x"}, False, "resourceVersion: Invalid value", id="version"),
        pytest.param({"limit": "x"}, False, "strconv.ParseInt", id="limit"),
        pytest.param({"resourceVersionMatch": "Exact"}, False, "unless resourceVersion is provided", id="no-version"),
        pytest.param(
            {"resourceVersion": "0", "resourceVersionMatch": "Exact"}, False, "forbidden for", id="exact-zero"
        ),
        pytest.param({"resourceVersion": "1", "resourceVersionMatch": "X"}, False, "Unsupported value", id="match"),
        pytest.param({"continue": "x", "resourceVersion": "1"}, False, "not allowed when using", id="continue"),
        pytest.param({"sendInitialEvents": "true"}, False, "forbidden for list", id="initial-events-of-a-list"),
        pytest.param({"sendInitialEvents": "true"}, True, "requires setting", id="initial-events-alone"),
        pytest.param({"resourceVersionMatch": "NotOlderThan"}, True, "forbidden for watch", id="match-of-a-watch"),
    ],
)
def test_refuses_options_that_make_no_sense(query: dict[str, str], watch: bool, complaint: str) -> None:
    with pytest.raises(StatusError, match=complaint):
        options.for_list(_request(**query), watch=watch)


def test_reads_write_options() -> None:
    asked = options.for_write(_request(dryRun="All", fieldValidation="Strict", force="true"))
    assert (asked.dry_run, asked.field_validation, asked.force) == (True, "Strict", True)
    assert asked.field_manager == "kubectl"
    assert options.for_write(_request(fieldManager="me")).field_manager == "me"
    assert options.for_write(Request(method="GET", path="/")).field_manager == "unknown"


@pytest.mark.parametrize(
    ("manager", "complaint"),
    [
        pytest.param("x" * 129, "fieldManager: Too long: may not be more than 128 bytes", id="long"),
        pytest.param("é" * 65, "fieldManager: Too long", id="long-in-bytes"),
        pytest.param(
            "a\0", r"fieldManager: Invalid value: .* invalid character U\+0000 \(at position 1\)", id="control"
        ),
    ],
)
def test_refuses_a_field_manager(manager: str, complaint: str) -> None:
    with pytest.raises(StatusError, match=complaint):
        options.for_write(_request(fieldManager=manager))


def test_names_the_options_of_the_method_in_a_refusal() -> None:
    put = Request(method="PUT", path="/", query=(("dryRun", "Some"),))
    with pytest.raises(StatusError, match=r"UpdateOptions\.meta\.k8s\.io"):
        options.for_write(put)


def test_takes_a_continue_token_with_any_version() -> None:
    assert options.for_list(_request(**{"continue": "x"}, resourceVersion="0"), watch=False).continue_token == "x"


@pytest.mark.parametrize("query", [{"dryRun": "Some"}, {"fieldValidation": "Loose"}])
def test_refuses_write_options(query: dict[str, str]) -> None:
    with pytest.raises(StatusError, match="Unsupported value"):
        options.for_write(_request(**query))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(None, (False, "", "", ""), id="no-body"),
        pytest.param({"propagationPolicy": "Orphan"}, (False, "", "", "Orphan"), id="propagation"),
        pytest.param({"orphanDependents": True}, (False, "", "", "Orphan"), id="old-orphan"),
        pytest.param({"dryRun": ["All"]}, (True, "", "", ""), id="dry-run"),
        pytest.param(
            {"preconditions": {"uid": "u", "resourceVersion": "3"}}, (False, "u", "3", ""), id="preconditions"
        ),
    ],
)
def test_reads_delete_options(body: Any, expected: tuple[bool, str, str, str]) -> None:
    asked = options.for_delete(_request(), body)
    assert (asked.dry_run, asked.uid, asked.resource_version, asked.propagation) == expected


def test_refuses_an_unknown_propagation() -> None:
    with pytest.raises(StatusError, match="Unsupported value"):
        options.for_delete(_request(propagationPolicy="Sideways"), None)


def test_knows_a_watch() -> None:
    assert options.is_watch(_request(watch="1"))
    assert not options.is_watch(_request(watch="false"))
    assert options.revision("") is None
