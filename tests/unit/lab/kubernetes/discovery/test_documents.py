import pytest

from tests.fakes.kubernetes_cluster import DEFINITIONS, FakeCluster

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param("/api", "APIVersions", id="api"),
        pytest.param("/apis", "APIGroupList", id="apis"),
        pytest.param("/apis/apps", "APIGroup", id="group"),
        pytest.param("/apis/apps/v1", "APIResourceList", id="group-version"),
        pytest.param("/api/v1/", "APIResourceList", id="core-version"),
        pytest.param("/openapi/v3", None, id="openapi-index"),
        pytest.param("/openapi/v3/api/v1", None, id="openapi-core"),
        pytest.param("/openapi/v3/apis/apps/v1", None, id="openapi-group"),
        pytest.param("/openapi/v2", None, id="openapi-v2"),
        pytest.param("/version", None, id="version"),
        pytest.param("/", None, id="root"),
    ],
)
def test_serves(path: str, kind: str | None) -> None:
    answer = FakeCluster().get(path)
    assert (answer.status, answer.document.get("kind")) == (200, kind)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/livez", "/readyz/etcd"])
def test_is_well(path: str) -> None:
    assert FakeCluster().get(path).document == "ok"


@pytest.mark.parametrize("path", ["/none", "/apis/none.io", "/apis/apps/v9", "/openapi/v3/x", "/api/v9"])
def test_knows_no_other_path(path: str) -> None:
    assert FakeCluster().get(path).status == 404


def test_follows_custom_resources() -> None:
    cluster = FakeCluster()
    assert [cluster.get("/apis/example.com/v1").status for _ in range(2)] == [404, 404]
    assert cluster.get("/apis") == cluster.get("/apis")
    cluster.with_ferries()
    found = cluster.get("/apis", accept=AGGREGATED)
    assert "example.com" in [item["metadata"]["name"] for item in found.document["items"]]
    assert "APIGroupDiscoveryList" in dict(found.headers)["Content-Type"]
    cluster.delete(f"{DEFINITIONS}/ferries.example.com")
    assert cluster.get("/apis/example.com/v1").status == 404
