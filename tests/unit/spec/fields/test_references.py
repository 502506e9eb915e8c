import pytest

from keyferry.spec.fields import references
from keyferry.spec.schema import Table, Text


def kinds(table: Table) -> Text:
    kind = table.fields["kind"]
    assert isinstance(kind, Text)
    return kind


def test_a_store_without_a_kind_gets_no_default() -> None:
    kind = kinds(references.store_ref(""))
    assert (kind.default, kind.not_yet_values) == (None, ())


@pytest.mark.parametrize(
    ("version", "count"), [pytest.param("v1", 18, id="v1"), pytest.param("v1beta1", 14, id="v1beta1")]
)
def test_generators_of_the_version(version: str, count: int) -> None:
    assert len(kinds(references.generator_ref(version)).enum) == count


def test_selectors_name_what_they_select() -> None:
    assert set(references.secret_key_selector("").fields) == {"name", "namespace", "key"}
    account = references.service_account_selector("")
    assert (set(account.fields), account.required) == ({"name", "namespace", "audiences"}, ("name",))


def test_names_are_bounded_as_kubernetes_bounds_them() -> None:
    assert (references.object_name("").max_length, references.namespace_name("").max_length) == (253, 63)
