"""One set of files; manifests come with the identities, and those that are there stay until then."""

from keyferry.provision import rendering
from keyferry.provision.manifests.state import Form
from keyferry.provision.outputs import NOTHING, MadeIdentity, Outputs
from keyferry.provision.rendering import Shipped
from tests.fakes import estates

GUID = "11111111-1111-4111-8111-111111111111"
MADE = MadeIdentity(client_id=GUID, principal_id=GUID, tenant_id=GUID)
ONE = Outputs(
    issuer=estates.ISSUER,
    identities={"shops-site-a": MADE},
    vault_urls={"shops-kv": "https://shops-kv.vault.azure.net"},
)
SHIPPED = Shipped(terraform={"main.tf": b"# main"}, sites_chart={"Chart.yaml": b"# chart"})


def test_before_anything_is_made_there_is_terraform_alone() -> None:
    found = rendering.whole(estates.small(), NOTHING, Form.PLAIN, SHIPPED)
    assert {path.partition("/")[0] for path in found.files} == {"terraform"}
    assert [each.site for each in found.left_out] == ["site-a", "site-b"]
    assert list(found.within) == ["terraform/"], "manifests that are there stay"


def test_sites_whose_identity_was_made_have_manifests() -> None:
    found = rendering.whole(estates.small(), ONE, Form.PLAIN, SHIPPED)
    assert any(path.startswith("manifests/") and "site-a" in path for path in found.files)
    assert [each.site for each in found.left_out] == ["site-b"]
    assert list(found.within) == ["terraform/", "manifests/"]


def test_manifests_alone() -> None:
    found = rendering.manifests(estates.small(), ONE, Form.PLAIN, {})
    assert {path.partition("/")[0] for path in found.files} == {"manifests"}
    assert list(found.within) == ["manifests/"]


def test_the_chart_of_the_sites_goes_beside_its_values() -> None:
    found = rendering.whole(estates.small(), ONE, Form.HELM, SHIPPED)
    assert found.files["manifests/helm/keyferry-sites/Chart.yaml"] == b"# chart"
    assert rendering.manifests(estates.small(), NOTHING, Form.HELM, SHIPPED.sites_chart).files == {}
