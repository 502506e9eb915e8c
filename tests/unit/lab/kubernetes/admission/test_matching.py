from typing import Any

import pytest

from keyferry.lab.kubernetes.access.users import ADMIN
from keyferry.lab.kubernetes.admission import matching
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.admission.hooks import Hook
from keyferry.lab.kubernetes.status import StatusError
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, ferry, secret
from tests.fakes.webhooks import VALIDATING, Programs, allow, configuration, hook

PLACE = "/apis/example.com/{}/namespaces/default/ferries"
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        },
    },
}
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


def _rule(resources: str, group: str = "", version: str = "v1", **fields: Any) -> dict[str, Any]:
    lists = {"apiGroups": [group], "apiVersions": [version], "operations": ["*"], "resources": [resources]}
    return lists | fields


def _asked(rule: dict[str, Any], **fields: Any) -> tuple[FakeCluster, Programs]:
    """Return a cluster with one webhook, and what it is asked."""
    cluster = FakeCluster().with_ferries()
    cluster.post("/api/v1/namespaces", {"metadata": {"name": "blue", "labels": {"team": "blue"}}})
    assert cluster.post(DEPLOYMENTS, DEPLOYMENT).status == 201
    programs = Programs(cluster)
    programs.on("one", allow)
    answer = cluster.post(VALIDATING, configuration("guards", hook("one", rule, **fields)))
    assert answer.status == 201, answer.document
    return cluster, programs


@pytest.mark.parametrize(
    ("rule", "is_asked"),
    [
        pytest.param(_rule("secrets"), True, id="by-name"),
        pytest.param(_rule("*", "*", "*"), True, id="by-wildcards"),
        pytest.param(_rule("*/*"), True, id="with-all-subresources"),
        pytest.param(_rule("configmaps"), False, id="another-resource"),
        pytest.param(_rule("secrets/status"), False, id="a-subresource"),
        pytest.param(_rule("secrets", "apps"), False, id="another-group"),
        pytest.param(_rule("secrets", version="v2"), False, id="another-version"),
        pytest.param(_rule("secrets", operations=["CREATE", "UPDATE"]), True, id="the-operation"),
        pytest.param(_rule("secrets", operations=["DELETE"]), False, id="another-operation"),
        pytest.param(_rule("secrets", scope="Namespaced"), True, id="namespaced"),
        pytest.param(_rule("secrets", scope="Cluster"), False, id="cluster"),
    ],
)
def test_rules_choose_requests(rule: dict[str, Any], is_asked: bool) -> None:
    cluster, programs = _asked(rule)
    assert cluster.post(SECRETS, secret("new")).status == 201
    assert bool(programs.asked) is is_asked


@pytest.mark.parametrize(
    ("scope", "is_asked"),
    [
        pytest.param("Cluster", True, id="a-namespace-is-the-clusters"),
        pytest.param("Namespaced", False, id="not-its-own"),
        pytest.param("*", True, id="any"),
    ],
)
def test_a_namespace_is_of_the_cluster(scope: str, is_asked: bool) -> None:
    cluster, programs = _asked(_rule("namespaces", scope=scope))
    assert cluster.post("/api/v1/namespaces", {"metadata": {"name": "new"}}).status == 201
    assert bool(programs.asked) is is_asked


@pytest.mark.parametrize(
    ("resources", "asked"),
    [
        pytest.param("deployments/status", [("status", "Deployment")], id="status"),
        pytest.param("deployments/scale", [("scale", "Scale")], id="scale"),
        pytest.param("deployments", [], id="the-object-alone"),
        pytest.param("*/*", [("status", "Deployment"), ("scale", "Scale")], id="all"),
    ],
)
def test_subresources_are_chosen_by_name(resources: str, asked: list[tuple[str, str]]) -> None:
    cluster, programs = _asked(_rule(resources, "apps"))
    assert cluster.patch(f"{DEPLOYMENTS}/web/status", {"status": {"replicas": 3}}).status == 200
    assert cluster.patch(f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 0}}).status == 200
    requests = [review["request"] for review in programs.reviews]
    found = [(one["subResource"], one["kind"]["kind"]) for one in requests if "admin" in one["userInfo"]["username"]]
    assert found == asked


@pytest.mark.parametrize(
    ("policy", "seen"),
    [
        pytest.param("Equivalent", "example.com/v1", id="equivalent-converts"),
        pytest.param("Exact", "", id="exact-does-not"),
    ],
)
def test_another_version_of_the_same_kind(policy: str, seen: str) -> None:
    cluster, programs = _asked(_rule("ferries", "example.com"), matchPolicy=policy)
    body = {**ferry("a"), "apiVersion": "example.com/v1beta1"}
    assert cluster.post(PLACE.format("v1beta1"), body).status == 201
    assert (programs.last["object"]["apiVersion"] if programs.reviews else "") == seen
    if seen:
        assert (programs.last["kind"]["version"], programs.last["requestKind"]["version"]) == ("v1", "v1beta1")
        assert (programs.last["resource"]["version"], programs.last["requestResource"]["version"]) == ("v1", "v1beta1")


@pytest.mark.parametrize(
    ("selector", "labels", "is_asked"),
    [
        pytest.param({}, {}, True, id="empty"),
        pytest.param({"matchLabels": {"a": "b"}}, {"a": "b"}, True, id="label"),
        pytest.param({"matchLabels": {"a": "b"}}, {"a": "c"}, False, id="another-label"),
    ],
)
def test_the_object_is_selected_by_its_labels_now_or_before(
    selector: Any, labels: dict[str, str], is_asked: bool
) -> None:
    cluster, programs = _asked(_rule("secrets"), objectSelector=selector)
    assert cluster.post(SECRETS, secret("new", labels=labels)).status == 201
    assert bool(programs.asked) is is_asked
    programs.asks.clear()
    assert cluster.patch(f"{SECRETS}/new", {"metadata": {"labels": None}}).status == 200
    assert bool(programs.asked) is is_asked


@pytest.mark.parametrize(
    ("namespace", "is_asked"), [pytest.param("blue", True, id="blue"), pytest.param("default", False, id="default")]
)
def test_the_namespace_is_selected_by_its_labels(namespace: str, is_asked: bool) -> None:
    cluster, programs = _asked(_rule("secrets"), namespaceSelector={"matchLabels": {"team": "blue"}})
    assert cluster.post(f"/api/v1/namespaces/{namespace}/secrets", secret("new")).status == 201
    assert bool(programs.asked) is is_asked


def test_a_namespace_is_selected_by_its_own_labels_and_nothing_of_the_cluster_is_left_out() -> None:
    cluster, programs = _asked(_rule("*", "*", "*"), namespaceSelector={"matchLabels": {"team": "green"}})
    cluster.post("/api/v1/namespaces", {"metadata": {"name": "green", "labels": {"team": "green"}}})
    assert len(programs.asks) == 1, "labels that are only about to be there"
    cluster.delete("/api/v1/namespaces/blue")
    assert len(programs.asks) == 1
    cluster.delete("/api/v1/namespaces/green")
    assert len(programs.asks) == 2
    node = {"metadata": {"name": "n"}}
    cluster.post("/api/v1/nodes", node)
    assert len(programs.asks) == 3


@pytest.mark.parametrize(
    ("operator", "values", "labels", "is_met"),
    [
        pytest.param("In", ["b", "c"], {"a": "b"}, True, id="in"),
        pytest.param("In", ["b"], {}, False, id="in-none"),
        pytest.param("NotIn", ["b"], {"a": "c"}, True, id="not-in"),
        pytest.param("NotIn", ["b"], {}, True, id="not-in-none"),
        pytest.param("NotIn", ["b"], {"a": "b"}, False, id="not-in-it-is"),
        pytest.param("Exists", None, {"a": ""}, True, id="exists"),
        pytest.param("Exists", None, {}, False, id="exists-not"),
        pytest.param("DoesNotExist", None, {}, True, id="does-not-exist"),
        pytest.param("DoesNotExist", None, {"a": "b"}, False, id="does-not-exist-it-does"),
    ],
)
def test_expressions_of_selectors(
    operator: str, values: list[str] | None, labels: dict[str, str], is_met: bool
) -> None:
    selector = {"matchExpressions": [{"key": "a", "operator": operator, "values": values}]}
    assert matching.holds(selector, labels) is is_met


def test_a_namespace_that_is_gone_cannot_be_judged() -> None:
    cluster = FakeCluster()
    resource = cluster.api.registry.find("", "v1", "secrets")
    assert resource is not None
    selector = {"namespaceSelector": {"matchLabels": {"team": "blue"}}}
    asked = Attributes(
        world=cluster.api.cluster.world,
        user=ADMIN,
        resource=resource,
        operation="DELETE",
        namespace="gone",
        name="a",
    )
    one = Hook(configuration="a", index=0, document=hook("one", **selector))
    with pytest.raises(StatusError, match='namespaces "gone" not found'):
        matching.seen_as(one, asked, None, secret("a"))
