import pytest

from keyferry.spec.fields import external_secret, fanout
from keyferry.spec.schema import Items, Table


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_cluster_external_secret_holds_an_external_secrets_spec(version: str) -> None:
    table = fanout.cluster_external_secret(version)
    child = table.fields["externalSecretSpec"]
    assert isinstance(child, Table)
    assert child.fields.keys() == external_secret.spec(version).fields.keys()
    assert table.required == ("externalSecretSpec",)
    assert {"namespaceSelector", "namespaceSelectors", "namespaces"} <= table.fields.keys()


def test_a_cluster_push_secret_selects_by_labels_alone() -> None:
    table = fanout.cluster_push_secret()
    assert "namespaceSelectors" in table.fields
    assert "namespaces" not in table.fields


def test_conditions_are_those_of_the_kind() -> None:
    def fields(table: Table) -> set[str]:
        conditions = table.fields["conditions"]
        assert isinstance(conditions, Items)
        assert isinstance(conditions.of, Table)
        return set(conditions.of.fields)

    assert fields(fanout.cluster_external_secret_status()) == {"type", "status", "message"}
    assert "reason" in fields(fanout.cluster_push_secret_status())
