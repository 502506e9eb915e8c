"""What an identity is made of: ids from Secrets, which are checked and not shown."""

import pytest

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.spec import secret_store
from keyferry.spec.secret_store import SecretKey
from keyferry.sync import wire
from keyferry.sync.stores import material
from keyferry.sync.stores.material import Material, Use
from tests.fakes.external_secrets import CLIENT, store

ID = SecretKey(name="azure", key="id")


def use() -> Use:
    watched = store()
    parsed = secret_store.parse(wire.spec_document(watched.metadata, watched.spec, "SecretStore"))
    return Use(store=parsed, namespace="app")


def held(value: bytes) -> Material:
    return Material(account=None, stored={ID: SecretValue(value)})


def test_a_stored_id_is_read_in_lower_case() -> None:
    assert material.stored_id(use(), held(CLIENT.upper().encode()), ID) == CLIENT


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        pytest.param(f"{CLIENT}\n".encode(), "white space around it", id="newline"),
        pytest.param(b"hunter2", "not a GUID", id="another-value"),
        pytest.param(b"", "not a GUID", id="empty"),
        pytest.param(b"\xff", "not a GUID", id="no-text"),
    ],
)
def test_a_stored_id_that_is_none_is_not_shown(value: bytes, cause: str) -> None:
    with pytest.raises(SpecError, match=cause) as caught:
        material.stored_id(use(), held(value), ID)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value.where) == "Secret app/azure data.id"


def test_names_places() -> None:
    assert str(material.place(use(), ID)) == "Secret app/azure data.id"
    assert str(material.where(use().store, "spec.x")) == "SecretStore app/kv spec.x"
