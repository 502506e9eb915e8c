"""Soft deletion with the times in between, told of secrets; keys and certificates go the same way."""

from typing import Any

import pytest

from tests.fakes import lab_azure
from tests.fakes.lab_azure import OFFICER, Call, caller, content, later


def _call(**vault: Any) -> Call:
    document = lab_azure.document()
    document["vaults"][0].update(vault)
    return caller(lab_azure.azure(vaults=document["vaults"]), OFFICER)


SLOW = {"lab": {"deletionSeconds": 10}}


@pytest.mark.parametrize(
    ("method", "path", "status", "inner"),
    [
        pytest.param("GET", "/secrets/off", 404, None, id="get"),
        pytest.param("DELETE", "/secrets/off", 409, "ObjectIsBeingDeleted", id="delete"),
        pytest.param("PUT", "/secrets/off", 409, "ObjectIsBeingDeleted", id="set"),
        pytest.param("GET", "/deletedsecrets/off", 404, None, id="get-deleted"),
        pytest.param("POST", "/deletedsecrets/off/recover", 409, "ObjectIsBeingDeleted", id="recover"),
        pytest.param("DELETE", "/deletedsecrets/off", 409, "ObjectIsBeingDeleted", id="purge"),
    ],
)
def test_while_it_is_being_deleted(method: str, path: str, status: int, inner: str | None) -> None:
    call = _call(**SLOW)
    call("DELETE", "/secrets/off")
    response = call(method, path, body={"value": "x"}, now=later(seconds=9))
    assert (response.status, content(response)["error"].get("innererror", {}).get("code")) == (status, inner)


@pytest.mark.parametrize(
    ("method", "path", "status", "inner"),
    [
        pytest.param("GET", "/secrets/off", 404, None, id="get"),
        pytest.param("DELETE", "/secrets/off", 409, "ObjectIsBeingRecovered", id="delete"),
        pytest.param("PUT", "/secrets/off", 409, "ObjectIsBeingRecovered", id="set"),
        pytest.param("GET", "/deletedsecrets/off", 404, None, id="get-deleted"),
        pytest.param("POST", "/deletedsecrets/off/recover", 409, "ObjectIsBeingRecovered", id="recover"),
        pytest.param("DELETE", "/deletedsecrets/off", 409, "ObjectIsBeingRecovered", id="purge"),
    ],
)
def test_while_it_is_being_recovered(method: str, path: str, status: int, inner: str | None) -> None:
    call = _call(**SLOW)
    call("DELETE", "/secrets/off")
    assert call("POST", "/deletedsecrets/off/recover", now=later(seconds=10)).status == 200
    response = call(method, path, body={"value": "x"}, now=later(seconds=19))
    assert (response.status, content(response)["error"].get("innererror", {}).get("code")) == (status, inner)
    assert len(content(call("GET", "/secrets", now=later(seconds=19)))["value"]) == 3
    assert len(content(call("GET", "/secrets", now=later(seconds=20)))["value"]) == 4


def test_purge_protection_keeps_it() -> None:
    call = _call(enablePurgeProtection=True)
    call("DELETE", "/secrets/off")
    refusal = call("DELETE", "/deletedsecrets/off")
    assert (refusal.status, content(refusal)["error"]["code"]) == (403, "Forbidden")
    shown = content(call("GET", "/deletedsecrets/off"))
    assert shown["scheduledPurgeDate"] - shown["deletedDate"] == 90 * 24 * 3600
    assert shown["attributes"]["recoveryLevel"] == "Recoverable"
