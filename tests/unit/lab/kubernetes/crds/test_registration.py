from keyferry.lab.kubernetes.crds import registration
from tests.fakes.kubernetes_cluster import ferry, ferry_definition


def test_serves_every_served_version_the_stored_one_first() -> None:
    v1, beta = registration.resources(ferry_definition())
    assert [one.version for one in (v1, beta)] == ["v1", "v1beta1"]
    assert (v1.singular, v1.short_names, v1.categories) == ("ferry", ("fy",), ("all",))
    assert (v1.has_status, beta.has_status) == (True, False)
    assert v1.selectable_fields == ("spec.harbour",)
    assert [column.name for column in v1.columns] == ["Harbour", "Seats"]
    assert [column.name for column in beta.columns] == ["Age"]
    assert beta.deprecation == "example.com/v1beta1 Ferry is deprecated"


def test_leaves_out_versions_that_are_not_served() -> None:
    definition = ferry_definition()
    definition["spec"]["versions"][1] |= {"served": False}
    assert [one.version for one in registration.resources(definition)] == ["v1"]


def test_says_its_own_deprecation_warning() -> None:
    definition = ferry_definition()
    definition["spec"]["versions"][1] |= {"deprecationWarning": "sail with v1"}
    assert registration.resources(definition)[1].deprecation == "sail with v1"


def test_each_version_defaults_and_prunes_by_its_own_schema() -> None:
    v1, beta = registration.resources(ferry_definition())
    written = beta.behaviour.to_storage({**ferry("a", harbour="Bodo", mast=2), "apiVersion": "example.com/v1beta1"})
    assert written["apiVersion"] == "example.com/v1"
    assert v1.view(written)["spec"] == {"harbour": "Bodo", "seats": 12}
    shown = beta.view(written)
    assert (shown["apiVersion"], shown["spec"]) == ("example.com/v1beta1", {"harbour": "Bodo", "mast": 2})


def test_shows_the_stored_object_itself_where_nothing_is_to_be_filled_in() -> None:
    definition = ferry_definition()
    del definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["seats"]
    (v1, _) = registration.resources(definition)
    document = ferry("a")
    v1.behaviour.default(document, None)
    assert v1.view(document) is document


def test_validates_by_schema_but_leaves_metadata_to_the_server() -> None:
    (v1, _) = registration.resources(ferry_definition())
    assert [str(problem) for problem in v1.behaviour.validate(ferry("a", seats=0), None)] == [
        "spec.harbour: Required value",
        "spec.seats: Invalid value: 0: spec.seats in body should be greater than or equal to 1",
    ]
