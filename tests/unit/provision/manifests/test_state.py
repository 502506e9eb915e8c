"""keyferry.provision.manifests.state"""

from keyferry.provision.manifests.state import Manifest, SiteManifests


def test_what_is_applied_begins_with_the_namespace_and_has_no_patch() -> None:
    namespace, policy, account, patch = (Manifest(document={"kind": kind}) for kind in ("N", "P", "A", "D"))
    site = SiteManifests(
        site="a", in_namespace="a", namespace=namespace, policy=policy, objects=(account,), patch=patch
    )
    assert list(site.all()) == [namespace, policy, account]


def test_what_came_with_another_site_is_not_applied_again() -> None:
    account, patch = Manifest(document={"kind": "A"}), Manifest(document={"kind": "D"})
    site = SiteManifests(site="a", in_namespace="a", namespace=None, policy=None, objects=(account,), patch=patch)
    assert list(site.all()) == [account]
