from tests.fakes.kubernetes_cluster import FakeCluster, secret

SPACES = "/api/v1/namespaces"


def _with_namespace() -> FakeCluster:
    cluster = FakeCluster()
    cluster.post(SPACES, {"metadata": {"name": "n"}})
    return cluster


def test_every_namespace_has_a_default_account_again_and_again() -> None:
    cluster = _with_namespace()
    path = f"{SPACES}/n/serviceaccounts"
    first = cluster.get(f"{path}/default").document["metadata"]["uid"]
    cluster.delete(f"{path}/default")
    assert cluster.get(f"{path}/default").document["metadata"]["uid"] != first


def test_an_ended_namespace_takes_everything_with_it() -> None:
    cluster = _with_namespace()
    cluster.post(f"{SPACES}/n/secrets", secret("a"))
    answer = cluster.delete(f"{SPACES}/n")
    assert answer.document["status"]["phase"] == "Terminating"
    assert cluster.get(f"{SPACES}/n/secrets/a").status == 200
    cluster.advance(seconds=1)
    cluster.get("/version")
    assert cluster.get(f"{SPACES}/n").status == 404
    assert cluster.names("/api/v1/secrets") == []
    assert cluster.names(f"{SPACES}/n/serviceaccounts") == []


def test_it_waits_for_what_a_finalizer_holds() -> None:
    cluster = _with_namespace()
    cluster.post(f"{SPACES}/n/secrets", secret("a", finalizers=["x/y"]))
    cluster.delete(f"{SPACES}/n")
    cluster.advance(seconds=1)
    assert cluster.get(f"{SPACES}/n").document["status"]["phase"] == "Terminating"
    cluster.patch(f"{SPACES}/n/secrets/a", {"metadata": {"finalizers": None}})
    assert cluster.get(f"{SPACES}/n").status == 404


def test_every_namespace_has_the_clusters_certificate_whatever_happens_to_it() -> None:
    cluster = _with_namespace()
    path = f"{SPACES}/n/configmaps/kube-root-ca.crt"
    assert cluster.get(path).document["data"] == {"ca.crt": ""}
    cluster.api.publish_root_ca("PEM", cluster.now)
    assert cluster.get(path).document["data"] == {"ca.crt": "PEM"}
    cluster.patch(path, {"data": {"ca.crt": "forged"}})
    assert cluster.get(path).document["data"] == {"ca.crt": "PEM"}
    cluster.delete(path)
    assert cluster.get(path).document["data"] == {"ca.crt": "PEM"}


def test_an_empty_one_that_a_finalizer_of_its_own_holds_stays_as_it_is() -> None:
    cluster = FakeCluster()
    cluster.post(SPACES, {"metadata": {"name": "n", "finalizers": ["x/y"]}})
    cluster.delete(f"{SPACES}/n")
    cluster.advance(seconds=1)
    cluster.get("/version")
    held = cluster.get(f"{SPACES}/n").document
    assert (held["spec"], held["status"]["phase"]) == ({}, "Terminating")
    cluster.advance(seconds=1)
    cluster.get("/version")
    assert cluster.get(f"{SPACES}/n").document["metadata"]["resourceVersion"] == held["metadata"]["resourceVersion"]
    cluster.patch(f"{SPACES}/n", {"metadata": {"finalizers": None}})
    assert cluster.get(f"{SPACES}/n").status == 404
