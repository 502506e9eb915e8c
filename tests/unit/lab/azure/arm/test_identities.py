import json
from typing import Any

import pytest

from keyferry.lab.azure.arm import identities
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.directory import Identity
from tests.fakes import lab_azure

PROPERTIES = {"issuer": "https://i/", "subject": "s", "audiences": ["a"]}


def _identity() -> Identity:
    return lab_azure.azure().directory.identities[0]


def _body(**changes: Any) -> bytes:
    return json.dumps({"properties": {**PROPERTIES, **changes}}).encode()


def test_put_get_list_delete() -> None:
    identity = _identity()
    status, shape = identities.put_credential(identity, "New-one", _body())
    assert status == 201
    assert shape["id"] == f"{identity.resource_id}/federatedIdentityCredentials/New-one"
    assert shape["properties"] == PROPERTIES
    assert identities.get_credential(identity, "new-ONE") == shape
    assert identities.put_credential(identity, "New-one", _body(subject="t"))[0] == 200
    assert [each["name"] for each in identities.list_credentials(identity)["value"]] == ["New-one", "reader"]
    assert [identities.delete_credential(identity, "new-one") for _ in range(2)] == [200, 204]


def test_identity_shows_its_ids() -> None:
    identity = _identity()
    properties = identities.identity_shape(identity)["properties"]
    assert properties == {
        "tenantId": lab_azure.TENANT,
        "principalId": identity.principal_id,
        "clientId": identity.client_id,
    }


def test_an_unknown_credential_is_not_found() -> None:
    with pytest.raises(RefusedError) as refusal:
        identities.get_credential(_identity(), "none")
    assert refusal.value.status == 404


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("ab", _body(), id="name-too-short"),
        pytest.param("-abc", _body(), id="name-begins-with-a-hyphen"),
        pytest.param("a" * 121, _body(), id="name-too-long"),
        pytest.param("new", b"{", id="not-json"),
        pytest.param("new", b"[]", id="no-object"),
        pytest.param("new", b"[" * 100_000, id="nested-without-end"),
        pytest.param("new", b'{"properties": 5}', id="properties-no-object"),
        pytest.param("new", _body(audiences=[]), id="no-audience"),
        pytest.param("new", _body(audiences=["a", "b"]), id="two-audiences"),
        pytest.param("new", _body(issuer=None), id="no-issuer"),
        pytest.param("new", _body(subject="s" * 601), id="subject-too-long"),
        pytest.param(
            "new", _body(issuer=lab_azure.ISSUER, subject=lab_azure.READER_SUBJECT), id="issuer-and-subject-again"
        ),
    ],
)
def test_refuses_to_write(name: str, body: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        identities.put_credential(_identity(), name, body)
    assert (refusal.value.status, refusal.value.code) == (400, "BadRequest")


def test_takes_twenty_credentials_and_no_more() -> None:
    identity = _identity()
    for number in range(19):
        identities.put_credential(identity, f"fic-{number}", _body(subject=str(number)))
    with pytest.raises(RefusedError, match="20"):
        identities.put_credential(identity, "one-too-many", _body(subject="x"))
    assert identities.put_credential(identity, "fic-0", _body(subject="changed"))[0] == 200


def test_a_wrong_subject_can_be_written() -> None:
    assert identities.put_credential(_identity(), "reader", _body(subject="system:serviceaccount:typo"))[0] == 200
