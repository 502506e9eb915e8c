"""keyferry.provision.manifests.kustomize"""

from collections.abc import Mapping
from typing import Any

import yaml

from keyferry.provision.manifests import kustomize, sites
from keyferry.spec.estate.estate import Estate
from tests.fakes import estates, placements


def rendered(estate: Estate) -> Mapping[str, bytes]:
    found, _ = sites.manifests(estate, placements.outputs(estate))
    return kustomize.files(estate.name, found)


def kustomization(files: Mapping[str, bytes], folder: str) -> Any:
    return yaml.safe_load(files[f"manifests/kustomize/{folder}kustomization.yaml"])


def test_each_site_is_an_overlay_of_the_base() -> None:
    files = rendered(estates.small())
    assert kustomization(files, "")["resources"] == ["overlays/site-a", "overlays/site-b"]
    overlay = kustomization(files, "overlays/site-a/")
    assert (overlay["namespace"], overlay["resources"]) == ("site-a", ["../../base", "site.yaml"])
    kinds = [each["kind"] for each in yaml.safe_load_all(files["manifests/kustomize/overlays/site-a/site.yaml"])]
    assert kinds == ["Namespace", "ServiceAccount", "Role", "SecretProviderClass"]
    assert kustomization(files, "base/")["resources"] == ["network-policy.yaml"]
    policy = yaml.safe_load(files["manifests/kustomize/base/network-policy.yaml"])
    assert "namespace" not in policy["metadata"]


def test_the_patch_is_a_component_for_who_has_the_deployment() -> None:
    files = rendered(estates.small(estates.site(workload="web")))
    component = kustomization(files, "components/site-a/")
    assert (component["kind"], component["patches"]) == ("Component", [{"path": "workload.yaml"}])
    patch = yaml.safe_load(files["manifests/kustomize/components/site-a/workload.yaml"])
    assert (patch["kind"], patch["metadata"]["name"]) == ("Deployment", "web")


def test_the_second_site_of_a_namespace_takes_no_base_and_one_of_nothing_is_no_overlay() -> None:
    files = rendered(
        estates.small(
            estates.site("a", namespace="apps", service_account="shop"),
            estates.site("b", namespace="apps", service_account="shop"),
            estates.site("c", namespace="apps", service_account="shop", secrets=()),
        )
    )
    assert kustomization(files, "overlays/b/")["resources"] == ["site.yaml"]
    assert kustomization(files, "")["resources"] == ["overlays/a", "overlays/b"]
    assert "manifests/kustomize/overlays/c/kustomization.yaml" not in files
