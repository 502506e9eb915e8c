from tests.fakes.kubernetes_cluster import DEFINITIONS, FERRIES, FakeCluster, ferry, ferry_definition

DEFINITION = f"{DEFINITIONS}/ferries.example.com"


def test_a_definition_is_served_and_says_so() -> None:
    cluster = FakeCluster().with_ferries()
    status = cluster.get(DEFINITION).document["status"]
    assert [(one["type"], one["status"]) for one in status["conditions"]] == [
        ("NamesAccepted", "True"),
        ("Established", "True"),
    ]
    assert (status["storedVersions"], status["acceptedNames"]["kind"]) == (["v1"], "Ferry")
    assert cluster.post(FERRIES, ferry("a")).status == 201


def test_a_changed_schema_counts_at_once_for_what_is_stored() -> None:
    cluster = FakeCluster().with_ferries()
    cluster.post(FERRIES, ferry("a"))
    live = cluster.get(DEFINITION).document
    properties = live["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    properties["flag"] = {"type": "string", "default": "NO"}
    assert cluster.put(DEFINITION, live).document["metadata"]["generation"] == 2
    assert cluster.get(f"{FERRIES}/a").document["spec"]["flag"] == "NO"


def test_stored_versions_are_remembered() -> None:
    cluster = FakeCluster().with_ferries()
    cluster.post(FERRIES, ferry("a"))
    live = cluster.get(DEFINITION).document
    for version in live["spec"]["versions"]:
        version["storage"] = not version["storage"]
    cluster.put(DEFINITION, live)
    assert cluster.get(DEFINITION).document["status"]["storedVersions"] == ["v1", "v1beta1"]
    for version in ("v1", "v1beta1"):
        shown = cluster.get(f"{FERRIES.replace('/v1/', f'/{version}/')}/a").document
        assert shown["apiVersion"] == f"example.com/{version}"


def test_its_objects_go_with_it() -> None:
    cluster = FakeCluster().with_ferries()
    cluster.post(FERRIES, ferry("a"))
    cluster.delete(DEFINITION)
    assert cluster.get(DEFINITION).status == 404
    assert cluster.get(FERRIES).status == 404
    assert cluster.names("/api/v1/secrets") == []
    cluster.with_ferries()
    assert cluster.names(FERRIES) == []


def test_it_waits_for_objects_that_a_finalizer_holds() -> None:
    cluster = FakeCluster().with_ferries()
    held = ferry("a")
    held["metadata"]["finalizers"] = ["x.io/y"]
    cluster.post(FERRIES, held)
    cluster.delete(DEFINITION)
    assert cluster.get(DEFINITION).document["metadata"]["deletionTimestamp"]
    cluster.patch(f"{FERRIES}/a", {"metadata": {"finalizers": None}})
    assert cluster.get(DEFINITION).status == 404


def test_a_kind_that_is_taken_is_not_served_until_it_is_free() -> None:
    cluster = FakeCluster().with_ferries()
    rival = ferry_definition(names={"plural": "boats", "kind": "Ferry"})
    rival["metadata"]["name"] = "boats.example.com"
    cluster.post(DEFINITIONS, rival)
    path = f"{DEFINITIONS}/boats.example.com"
    assert [one["status"] for one in cluster.get(path).document["status"]["conditions"]] == ["False", "False"]
    assert cluster.get(FERRIES.replace("ferries", "boats")).status == 404
    cluster.delete(DEFINITION)
    cluster.patch(path, {"metadata": {"labels": {"try": "again"}}})
    assert [one["status"] for one in cluster.get(path).document["status"]["conditions"]] == ["True", "True"]
    assert cluster.get(FERRIES.replace("ferries", "boats")).status == 200


def test_other_names_in_the_same_group_are_no_conflict() -> None:
    cluster = FakeCluster().with_ferries()
    other = ferry_definition(names={"plural": "boats", "kind": "Boat"})
    other["metadata"]["name"] = "boats.example.com"
    cluster.post(DEFINITIONS, other)
    assert cluster.get(FERRIES.replace("ferries", "boats")).status == 200
