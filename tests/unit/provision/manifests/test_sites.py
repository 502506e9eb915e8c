"""keyferry.provision.manifests.sites"""

import pytest

from keyferry.provision.manifests import sites
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import Delivery
from tests.fakes import estates, placements


def kinds(estate: Estate) -> dict[str, list[str]]:
    found, _ = sites.manifests(estate, placements.outputs(estate))
    return {site.site: [each.document["kind"] for each in site.all()] for site in found}


BEFORE = ["Namespace", "NetworkPolicy", "ServiceAccount", "Role"]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        pytest.param(estates.site(), [*BEFORE, "SecretProviderClass"], id="files"),
        pytest.param(
            estates.site(secrets=(placements.in_env("db"),)),
            [*BEFORE, "SecretStore", "ExternalSecret"],
            id="a-secret",
        ),
        pytest.param(
            estates.site(secrets=(placements.in_env("db"), placements.as_file("tls"))),
            [*BEFORE, "SecretStore", "ExternalSecret", "SecretProviderClass"],
            id="both",
        ),
        pytest.param(
            estates.site(makes_namespace=False, secrets=()), ["NetworkPolicy", "ServiceAccount"], id="no-secrets"
        ),
    ],
)
def test_a_site_has_what_it_needs_in_an_order_to_apply(site: object, expected: list[str]) -> None:
    assert isinstance(site, type(estates.site()))
    assert kinds(estates.small(site))["site-a"] == expected


def test_what_a_namespace_has_once_comes_with_its_first_site() -> None:
    estate = estates.small(
        estates.site("a", namespace="apps", service_account="one", makes_namespace=False, secrets=()),
        estates.site("b", namespace="apps", service_account="one", secrets=()),
        estates.site("c", namespace="apps", service_account="two", secrets=()),
    )
    assert kinds(estate) == {
        "a": ["Namespace", "NetworkPolicy", "ServiceAccount"],
        "b": [],
        "c": ["ServiceAccount"],
    }


def test_a_site_without_a_client_id_is_left_out_and_said() -> None:
    estate = estates.small(estates.site("a", namespace="apps"), estates.site("b", namespace="apps"))
    outputs = placements.outputs(estate)
    known = {name: made for name, made in outputs.identities.items() if name == "shops-b"}
    found, left_out = sites.manifests(estate, placements.outputs(estate, identities=known))
    assert [site.site for site in found] == ["b"]
    assert found[0].namespace is not None
    assert [each.site for each in left_out] == ["a"]
    assert "shops-a" in left_out[0].reason


def test_says_why_each_way_was_chosen() -> None:
    secrets = (
        placements.as_file("a", reason="it can"),
        placements.as_file("b", reason="it can"),
        placements.as_file("c", vault="x", reason="it may"),
        placements.in_env("d"),
    )
    estate = estates.small(estates.site(secrets=secrets))
    ((site,), _) = sites.manifests(estate, placements.outputs(estate))
    comments = [each.comments for each in site.objects if each.comments]
    assert comments == [("A Secret for D: env alone",), ("Files for A, B: it can", "Files for C: it may")]
    assert all(secret.delivery in Delivery for secret in secrets)
