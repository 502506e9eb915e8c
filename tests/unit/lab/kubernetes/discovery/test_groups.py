from keyferry.lab.kubernetes.discovery import groups
from keyferry.lab.kubernetes.resources import Resource


def _resource(version: str, group: str = "g.io", **fields: object) -> Resource:
    return Resource(group=group, version=version, kind="A", plural="as", singular="a", **fields)  # type: ignore[arg-type]  # the table's values fit


def test_versions_come_in_kubernetes_order() -> None:
    served = [_resource(version) for version in ("v1alpha1", "v1beta1", "v2", "odd", "v1", "v1beta2", "v1")]
    assert groups.versions_by_group(served)["g.io"] == ["v2", "v1", "v1beta2", "v1beta1", "v1alpha1", "odd"]


def test_group_documents() -> None:
    served = [_resource("v1"), _resource("v1", group="")]
    assert [one["name"] for one in groups.group_list(served)["groups"]] == ["g.io"]
    document = groups.group(served, "g.io")
    assert document is not None
    assert document["preferredVersion"] == {"groupVersion": "g.io/v1", "version": "v1"}
    assert groups.group(served, "none.io") is None
    assert groups.api_versions()["versions"] == ["v1"]


def test_resource_lists_name_subresources_without_short_names() -> None:
    served = [_resource("v1", short_names=("x",), categories=("all",), has_status=True, subresources=("token",))]
    document = groups.resource_list(served, "g.io/v1")
    assert document is not None
    plain, status, token = document["resources"]
    assert (plain["name"], plain["shortNames"], plain["categories"]) == ("as", ["x"], ["all"])
    assert (status["name"], "shortNames" in status) == ("as/status", False)
    assert (token["name"], token["kind"]) == ("as/token", "TokenRequest")
    assert groups.resource_list(served, "g.io/v9") is None
