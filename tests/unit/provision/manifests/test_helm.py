"""keyferry.provision.manifests.helm"""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from keyferry.provision.manifests import helm, sites
from keyferry.spec.estate.estate import Cloud, Estate
from keyferry.spec.estate.sites import Site
from tests.fakes import estates, placements

OTHER_TENANT = "88888888-8888-4888-8888-888888888888"


def values(estate: Estate, **changes: Any) -> dict[str, Any]:
    outputs = placements.outputs(estate, **changes)
    found, _ = sites.manifests(estate, outputs)
    return helm.values(estate.name, found)


def test_values_and_patches_are_files() -> None:
    estate = estates.small()
    found, _ = sites.manifests(estate, placements.outputs(estate))
    files = helm.files(estate.name, found, {"Chart.yaml": b"name: x"})
    assert list(files) == [
        "manifests/helm/values.yaml",
        "manifests/helm/keyferry-sites/Chart.yaml",
        "manifests/patches/site-a.yaml",
        "manifests/patches/site-b.yaml",
    ]
    assert yaml.safe_load(files["manifests/helm/values.yaml"]) == helm.values(estate.name, found)


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        pytest.param(estates.site(), {"classes"}, id="files"),
        pytest.param(estates.site(secrets=(placements.in_env("db"),)), {"externalSecret"}, id="a-secret"),
        pytest.param(
            estates.site(secrets=(placements.in_env("db"), placements.as_file("tls"))),
            {"classes", "externalSecret"},
            id="both",
        ),
        pytest.param(estates.site(secrets=()), set(), id="nothing"),
    ],
)
def test_a_site_has_what_it_gets(site: Site, expected: set[str]) -> None:
    found = values(estates.small(site))["sites"]["site-a"]
    assert {"classes", "externalSecret"} & set(found) == expected
    assert (found["clientId"], found["tenantId"]) == (placements.CLIENT, estates.TENANT)
    assert not {"cloud", "annotateTenant"} & set(found)


def test_another_cloud_and_tenant_are_told() -> None:
    estate = estates.small(estates.site())
    china = replace(estate, azure=replace(estate.azure, cloud=Cloud.CHINA))
    identities = {"shops-site-a": placements.identity(tenant_id=OTHER_TENANT)}
    found = values(china, identities=identities)["sites"]["site-a"]
    assert (found["cloud"], found["tenantId"], found["annotateTenant"]) == ("ChinaCloud", OTHER_TENANT, True)


def test_what_a_namespace_has_once_is_made_once() -> None:
    estate = estates.small(
        estates.site("a", namespace="apps", service_account="shop"),
        estates.site("b", namespace="apps", service_account="shop"),
    )
    made = [
        [site[name] for name in ("createNamespace", "networkPolicy", "createServiceAccount")]
        for site in values(estate)["sites"].values()
    ]
    assert made == [[True, True, True], [False, False, False]]
