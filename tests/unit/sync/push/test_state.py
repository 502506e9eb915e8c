import pytest

from keyferry.spec.sources import StoreRef
from keyferry.sync.push import state
from tests.fakes.push_secrets import source, target


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("SecretStore/kv", StoreRef(kind="SecretStore", name="kv"), id="name"),
        pytest.param("kv", None, id="no-kind"),
        pytest.param("SecretStore/", None, id="no-name"),
        pytest.param("/kv", None, id="nothing-before-the-slash"),
    ],
)
def test_a_store_is_known_by_its_name_in_the_status(name: str, expected: StoreRef | None) -> None:
    assert state.as_store_ref(name) == expected


def test_the_status_names_a_store_by_kind_and_name() -> None:
    assert target("kv", "ClusterSecretStore").name == "ClusterSecretStore/kv"


def test_a_source_does_not_show_its_values() -> None:
    assert "s3cret" not in repr(source(k=b"s3cret"))
