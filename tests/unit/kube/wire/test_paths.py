import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import paths, resources
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import SpecError


@pytest.mark.parametrize(
    ("resource", "namespace", "path"),
    [
        pytest.param(resources.SECRETS, "", "/api/v1/secrets", id="all-namespaces"),
        pytest.param(resources.SECRETS, "app", "/api/v1/namespaces/app/secrets", id="one-namespace"),
        pytest.param(resources.NAMESPACES, "", "/api/v1/namespaces", id="cluster-scoped"),
        pytest.param(resources.LEASES, "a", "/apis/coordination.k8s.io/v1/namespaces/a/leases", id="group"),
    ],
)
def test_collection(resource: Resource, namespace: str, path: str) -> None:
    assert paths.collection(resource, namespace) == path


@pytest.mark.parametrize(
    ("resource", "key", "subresource", "path"),
    [
        pytest.param(
            resources.SECRETS, Key(namespace="a", name="b"), "", "/api/v1/namespaces/a/secrets/b", id="namespaced"
        ),
        pytest.param(resources.NAMESPACES, Key(name="b"), "status", "/api/v1/namespaces/b/status", id="subresource"),
        pytest.param(
            resources.NAMESPACES, Key(name="system:a b"), "", "/api/v1/namespaces/system%3Aa%20b", id="escaped"
        ),
    ],
)
def test_item(resource: Resource, key: Key, subresource: str, path: str) -> None:
    assert paths.item(resource, key, subresource) == path


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(Key(namespace="a", name=""), id="no-name"),
        pytest.param(Key(name="b"), id="no-namespace"),
        pytest.param(Key(namespace="a", name=".."), id="parent"),
        pytest.param(Key(namespace="a", name="../secrets/b"), id="another-collection"),
        pytest.param(Key(namespace="..", name="b"), id="another-namespace"),
        pytest.param(Key(namespace="a", name="b%2Fc"), id="escaped-slash"),
    ],
)
def test_a_name_never_leads_out_of_its_collection(key: Key) -> None:
    with pytest.raises(SpecError, match="is not a name"):
        paths.item(resources.SERVICE_ACCOUNTS, key, "token")


@given(st.text())
def test_any_name_stays_one_segment(name: str) -> None:
    try:
        path = paths.item(resources.SECRETS, Key(namespace="a", name=name))
    except SpecError:
        return
    assert path.startswith("/api/v1/namespaces/a/secrets/")
    assert path.count("/") == 6
    assert not set(path) & set("?# ")


def test_creating_needs_a_namespace_where_objects_have_one() -> None:
    assert paths.home(resources.NAMESPACES, "") == "/api/v1/namespaces"
    with pytest.raises(SpecError):
        paths.home(resources.SECRETS, "")


def test_query_leaves_out_empty_parameters() -> None:
    assert paths.query((("a", "x=y,!z"), ("b", ""))) == "?a=x%3Dy%2C%21z"
    assert paths.query((("b", ""),)) == ""
