import pytest

from keyferry.lab.kubernetes.builtin import kinds
from keyferry.lab.kubernetes.discovery import aggregated


@pytest.mark.parametrize(
    ("core", "names"),
    [pytest.param(True, [""], id="api"), pytest.param(False, ["apps", "authentication.k8s.io"], id="apis")],
)
def test_the_core_group_has_a_document_of_its_own(core: bool, names: list[str]) -> None:
    document = aggregated.document(kinds.resources(), "v2", core=core)
    assert document["apiVersion"] == "apidiscovery.k8s.io/v2"
    found = [item["metadata"].get("name", "") for item in document["items"]]
    assert set(names) <= set(found)
    assert ("" in found) is core


def test_entries_say_everything_about_a_kind() -> None:
    (group,) = aggregated.document(kinds.resources(), "v2", core=True)["items"]
    entries = {one["resource"]: one for one in group["versions"][0]["resources"]}
    pods, accounts = entries["pods"], entries["serviceaccounts"]
    assert pods["responseKind"] == {"group": "", "version": "v1", "kind": "Pod"}
    assert (pods["scope"], pods["shortNames"], pods["categories"]) == ("Namespaced", ["po"], ["all"])
    assert [one["subresource"] for one in pods["subresources"]][:2] == ["status", "binding"]
    assert accounts["subresources"][0]["responseKind"]["kind"] == "TokenRequest"
    assert entries["namespaces"]["scope"] == "Cluster"
