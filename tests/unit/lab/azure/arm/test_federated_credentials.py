from typing import Any

import pytest

from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content

PROPERTIES = {"issuer": "https://i/", "subject": "s", "audiences": ["a"]}
CREDENTIALS = f"{lab_arm.IDENTITIES}/reader/federatedIdentityCredentials"
NEW = f"{CREDENTIALS}/New-one"


def _body(**changes: Any) -> dict[str, Any]:
    return {"properties": {**PROPERTIES, **changes}}


def test_put_get_list_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", NEW, body=_body())
    assert (made.status, content(made)["id"], content(made)["properties"]) == (201, NEW, PROPERTIES)
    assert content(call("GET", NEW.upper())) == content(made)
    assert call("PUT", NEW, body=_body(subject="t")).status == 200
    assert [each["name"] for each in content(call("GET", CREDENTIALS))["value"]] == ["New-one", "reader"]
    assert [call("DELETE", NEW).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", NEW)) == (404, "NotFound")


def test_a_list_comes_in_pages() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", NEW, body=_body())
    first = content(call("GET", CREDENTIALS, top="1"))
    assert len(first["value"]) == 1
    assert "skiptoken" in first["nextLink"]


def test_an_unknown_identity_has_none() -> None:
    path = CREDENTIALS.replace("/reader/", "/none/")
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("GET", path)) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("ab", _body(), id="name-too-short"),
        pytest.param("-abc", _body(), id="name-begins-with-a-hyphen"),
        pytest.param("a" * 121, _body(), id="name-too-long"),
        pytest.param("new", _body(audiences=[]), id="no-audience"),
        pytest.param("new", _body(audiences=["a", "b"]), id="two-audiences"),
        pytest.param("new", _body(audiences=[5]), id="audience-no-text"),
        pytest.param("new", _body(issuer=None), id="no-issuer"),
        pytest.param("new", _body(subject="s" * 601), id="subject-too-long"),
        pytest.param(
            "new", _body(issuer=lab_azure.ISSUER, subject=lab_azure.READER_SUBJECT), id="issuer-and-subject-again"
        ),
    ],
)
def test_refuses_to_write(name: str, body: dict[str, Any]) -> None:
    answer = lab_arm.caller(lab_arm.world())("PUT", f"{CREDENTIALS}/{name}", body=body)
    assert lab_arm.error(answer) == (400, "BadRequest")


def test_takes_twenty_credentials_and_no_more() -> None:
    call = lab_arm.caller(lab_arm.world())
    for number in range(19):
        assert call("PUT", f"{CREDENTIALS}/fic-{number}", body=_body(subject=str(number))).status == 201
    refused = call("PUT", f"{CREDENTIALS}/one-too-many", body=_body(subject="x"))
    assert lab_arm.error(refused) == (400, "BadRequest")
    assert "20" in content(refused)["error"]["message"]
    assert call("PUT", f"{CREDENTIALS}/fic-0", body=_body(subject="changed")).status == 200


def test_a_wrong_subject_can_be_written() -> None:
    answer = lab_arm.caller(lab_arm.world())("PUT", NEW, body=_body(subject="system:serviceaccount:typo"))
    assert answer.status == 201
