import pytest

from keyferry.spec.fields import push_secret
from keyferry.spec.schema import Items, Node, Table, Text


def at(node: Node, *path: str) -> Node:
    for step in path:
        node = node.of if isinstance(node, Items) else node
        assert isinstance(node, Table)
        node = node.fields[step]
    return node


@pytest.mark.parametrize(
    ("path", "default"),
    [
        pytest.param("refreshInterval", "1h0m0s", id="interval"),
        pytest.param("updatePolicy", "Replace", id="update-policy"),
        pytest.param("deletionPolicy", "None", id="deletion-policy"),
        pytest.param("secretStoreRefs.kind", "SecretStore", id="kind-of-store"),
        pytest.param("data.conversionStrategy", "None", id="conversion"),
    ],
)
def test_defaults_are_upstream_s(path: str, default: str) -> None:
    found = at(push_secret.spec(), *path.split("."))
    assert isinstance(found, Text)
    assert found.default == default


def test_a_rewrite_has_no_merge() -> None:
    steps = at(push_secret.spec(), "dataTo", "rewrite")
    assert isinstance(steps, Items)
    assert isinstance(steps.of, Table)
    assert set(steps.of.fields) == {"regexp", "transform"}


def test_metadata_and_the_map_of_what_was_pushed_take_any_document() -> None:
    for node in (at(push_secret.spec(), "data", "metadata"), at(push_secret.status(), "syncedPushSecrets")):
        assert isinstance(node, Table)
        assert node.open
