import pytest

from keyferry.lab.kubernetes.requests import routes
from keyferry.lab.kubernetes.requests.routes import Route


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/api/v1/secrets", ("", "v1", "", "secrets", "", ""), id="everywhere"),
        pytest.param("/api/v1/namespaces/a/secrets/b", ("", "v1", "a", "secrets", "b", ""), id="one"),
        pytest.param("/api/v1/namespaces", ("", "v1", "", "namespaces", "", ""), id="namespaces"),
        pytest.param("/api/v1/namespaces/a", ("", "v1", "", "namespaces", "a", ""), id="one-namespace"),
        pytest.param("/api/v1/namespaces/a/status", ("", "v1", "", "namespaces", "a", "status"), id="its-status"),
        pytest.param(
            "/apis/g.io/v1/namespaces/a/bs/c/status", ("g.io", "v1", "a", "bs", "c", "status"), id="subresource"
        ),
        pytest.param("/apis/g.io/v1/bs/c", ("g.io", "v1", "", "bs", "c", ""), id="cluster-wide"),
    ],
)
def test_paths_of_resources(path: str, expected: tuple[str, ...]) -> None:
    group, version, namespace, plural, name, subresource = expected
    assert routes.parse(path) == Route(
        group=group, version=version, namespace=namespace, plural=plural, name=name, subresource=subresource
    )


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v1", "/apis/g.io/v1", "/version", "/api/v1/a/b/c/d", "/api/v1/namespaces/a/b/c/d/e"]
)
def test_paths_of_no_resource(path: str) -> None:
    assert routes.parse(path) is None


@pytest.mark.parametrize(
    ("method", "name", "watch", "verb"),
    [
        pytest.param("GET", "", False, "list", id="list"),
        pytest.param("GET", "", True, "watch", id="watch"),
        pytest.param("GET", "a", True, "get", id="get"),
        pytest.param("HEAD", "a", False, "get", id="head"),
        pytest.param("POST", "", False, "create", id="create"),
        pytest.param("PUT", "a", False, "update", id="update"),
        pytest.param("PATCH", "a", False, "patch", id="patch"),
        pytest.param("DELETE", "a", False, "delete", id="delete"),
        pytest.param("DELETE", "", False, "deletecollection", id="collection"),
        pytest.param("POST", "a", False, "", id="create-has-no-name"),
        pytest.param("PUT", "", False, "", id="update-needs-a-name"),
        pytest.param("BREW", "a", False, "", id="unknown"),
    ],
)
def test_verbs(method: str, name: str, watch: bool, verb: str) -> None:
    route = Route(group="", version="v1", plural="pods", name=name)
    assert routes.verb(method, route, watch=watch) == verb
